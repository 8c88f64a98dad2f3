import { readSettings, type Settings } from '../../../cdk/settings.ts';
import { readSettingsFile } from '../../../cdk/settings-file.ts';

/**
 * Settings without an effect on the pipeline of one machine: names of AWS resources, mails, and what AWS alone reserves, protects, watches or serves.
 * Without them, a deployed stack's settings file still runs the default template.
 */
const AWS_ONLY = {
  workoutsTable: undefined,
  sleepTable: undefined,
  syncTable: undefined,
  ownWorkoutsTable: undefined,
  deletionProtection: undefined,
  reserveConcurrency: undefined,
  longestSilenceHours: undefined,
  alarmEmail: undefined,
  runbookUrl: undefined,
  webhooks: undefined,
  webhookPath: undefined,
  webhookParameter: undefined,
  // Read by services/cli/notify: the process does not show it to the commands that connect to it.
  notify: undefined,
} as const satisfies Partial<Record<keyof Settings, undefined>>;

/** The settings file, overridden by `given`, as far as they have an effect on this machine. */
export const localSettings = (given: Readonly<Record<string, unknown>> = {}): Settings => {
  const overrides = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return readSettings({ ...readSettingsFile(), ...AWS_ONLY, ...overrides });
};
