import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings, type Settings, settingsInContext } from '../../../cdk/settings.ts';

const CDK_JSON = join(import.meta.dirname, '..', '..', '..', 'cdk.json');

/**
 * The settings that `cdk deploy` would use (context of cdk.json), changed by what the user gave on the command line. Another
 * application's table of workouts is on AWS: one machine keeps a table of its own.
 */
export const localSettings = (given: Readonly<Record<string, unknown>> = {}): Settings => {
  const { context = {} } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as {
    context?: Record<string, unknown>;
  };
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return readSettings({ ...settingsInContext(context), ...said, workoutsTable: undefined });
};
