import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings, type Settings, settingsInContext } from '../../../cdk/settings.ts';

const CDK_JSON = join(import.meta.dirname, '..', '..', '..', 'cdk.json');

const contextOfCdkJson = (): Record<string, unknown> => {
  const { context = {} } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as {
    context?: Record<string, unknown>;
  };
  return settingsInContext(context);
};

/** The names of the settings that cdk.json changes. */
export const changedSettings = (): string[] => Object.keys(contextOfCdkJson());

/**
 * The settings that `cdk deploy` would use (the context of cdk.json), overridden by `given`. The setting workoutsTable names a
 * table on AWS, so the local pipeline ignores it and has its own table.
 */
export const localSettings = (given: Readonly<Record<string, unknown>> = {}): Settings => {
  const overrides = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return readSettings({ ...contextOfCdkJson(), ...overrides, workoutsTable: undefined });
};
