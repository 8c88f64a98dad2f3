import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readSettings, type Settings, settingsInContext } from './settings.ts';
import { settingsFileName } from './settings-file.ts';

/** The context that the CDK takes from `~/.cdk.json`. It is meant for every CDK app of the user. */
const homeContext = (home: string): Record<string, unknown> => {
  try {
    const file = JSON.parse(readFileSync(join(home, '.cdk.json'), 'utf8')) as { context?: object } | null;
    return { ...file?.context };
  } catch {
    // The CDK itself reports a file that it cannot read.
    return {};
  }
};

/**
 * Returns the settings given with `-c name=value`. The CDK merges them with `~/.cdk.json` before the app starts, so an entry
 * that equals one of that file is taken for that file's.
 * @param context the context of the app
 */
export const commandLineSettings = (
  context: Record<string, unknown>,
  home: string = homedir(),
): Record<string, unknown> => {
  const ofHome = homeContext(home);
  return Object.fromEntries(
    Object.entries(settingsInContext(context)).filter(
      ([name, value]) => !isDeepStrictEqual(value, ofHome[name]),
    ),
  );
};

/** One line for each setting of `given` that the next deployment would take back. */
export const unsavedWarnings = (
  given: Record<string, unknown>,
  saved: Record<string, unknown>,
): readonly string[] => {
  const now: Settings = readSettings({ ...saved, ...given });
  const next: Settings = readSettings(saved);
  return (Object.keys(given) as (keyof Settings)[])
    .filter((name) => now[name] !== next[name])
    .map(
      (name) =>
        `Warning: -c ${name}=${now[name] ?? ''} holds once. The next deploy reverts it to ${next[name] ?? 'unset'}, unless you save it in ${settingsFileName()}.`,
    );
};
