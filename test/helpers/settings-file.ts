import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SETTINGS_VARIABLE } from '../../cdk/settings-file.ts';
import { forEachTest } from './for-each-test.ts';

export interface SettingsFile {
  /** Does not exist until `write`. */
  readonly path: string;
  write(settings: object): void;
}

/** A settings file for each test, which the project reads instead of the developer's. */
export const freshSettingsFile = (): SettingsFile => {
  const before = process.env[SETTINGS_VARIABLE];
  return forEachTest(
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'settings-'));
      const path = join(folder, 'settings.json');
      process.env[SETTINGS_VARIABLE] = path;
      return { path, folder, write: (settings: object) => writeFileSync(path, JSON.stringify(settings)) };
    },
    async ({ folder }) => {
      process.env[SETTINGS_VARIABLE] = before;
      rmSync(folder, { recursive: true });
    },
  );
};
