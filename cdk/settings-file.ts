import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectContext } from './project-context.ts';
import { readSettings, type Settings, SettingsInvalid, settingsInContext } from './settings.ts';

const ROOT = join(import.meta.dirname, '..');

/** Names another settings file, such as that of a second stack. */
export const SETTINGS_VARIABLE = 'OURA_SYNC_SETTINGS';

export const settingsPath = (): string => process.env[SETTINGS_VARIABLE] || join(ROOT, 'settings.json');

/** The settings file as users know it: relative to the current folder if it is inside. */
export const settingsFileName = (path: string = settingsPath()): string => {
  const inside = relative(process.cwd(), path);
  return inside.startsWith('..') ? path : inside;
};

const parse = (path: string): Record<string, unknown> => {
  const name = settingsFileName(path);
  try {
    const values: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) return { ...values };
  } catch (error: unknown) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SettingsInvalid('', `${name} is not JSON: ${error.message}`);
  }
  throw new SettingsInvalid('', `${name} must hold a JSON object such as {"timeZone": "Europe/Berlin"}`);
};

/** Rejects settings in cdk.json, where earlier versions read them. */
const rejectSettingsInProject = (name: string): void => {
  const [setting] = Object.keys(settingsInContext(projectContext()));
  if (setting !== undefined)
    throw new SettingsInvalid(setting, `cdk.json sets ${setting}: move it to ${name}, which git ignores`);
};

/**
 * Returns the user's choices in the settings file, none if there is no file. Throws {@link SettingsInvalid} for a file
 * that could not be deployed as it is.
 */
export const readSettingsFile = (path: string = settingsPath()): Record<string, unknown> => {
  const name = settingsFileName(path);
  rejectSettingsInProject(name);
  if (!existsSync(path)) {
    // A misspelled name must not deploy the defaults.
    if (process.env[SETTINGS_VARIABLE] !== path) return {};
    throw new SettingsInvalid(
      '',
      `${SETTINGS_VARIABLE} names ${name}, which does not exist: npm run deploy creates it`,
    );
  }
  const given = parse(path);
  try {
    readSettings(given);
  } catch (error: unknown) {
    if (!(error instanceof SettingsInvalid)) throw error;
    throw new SettingsInvalid(error.setting, `${name}: ${error.message}`);
  }
  return given;
};

/** The settings of the next deployment: the settings file, and the defaults for the rest. */
export const savedSettings = (): Settings => readSettings(readSettingsFile());
