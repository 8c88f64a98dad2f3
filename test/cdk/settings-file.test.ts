import { writeFileSync } from 'node:fs';
import { readSettingsFile, savedSettings, settingsFileName } from '../../cdk/settings-file.ts';
import { freshSettingsFile } from '../helpers/settings-file.ts';

const file = freshSettingsFile();

test('the file holds choices, the defaults are the rest', () => {
  file.write({ timeZone: 'Europe/Berlin', reserveConcurrency: false });
  expect(readSettingsFile()).toEqual({ timeZone: 'Europe/Berlin', reserveConcurrency: false });
  expect(savedSettings()).toMatchObject({
    timeZone: 'Europe/Berlin',
    reserveConcurrency: false,
    lookBackDays: 7,
  });
});

test('rejects an unknown or invalid setting, and names the file', () => {
  file.write({ timezone: 'Europe/Berlin' });
  expect(() => readSettingsFile()).toThrow(
    new RegExp(`^${file.path}: Unknown setting timezone: the settings are`),
  );
  file.write({ lookBackDays: 0 });
  expect(() => readSettingsFile()).toThrow(
    `${file.path}: The setting lookBackDays is 0; it must be a whole number from 1 to 365 (days)`,
  );
});

test.each([
  ['{"timeZone": }', 'is not JSON: '],
  ['["timeZone"]', 'must hold a JSON object'],
  ['null', 'must hold a JSON object'],
])('rejects %s in one sentence', (text, reason) => {
  writeFileSync(file.path, text);
  expect(() => readSettingsFile()).toThrow(
    expect.objectContaining({ name: 'SettingsInvalid', message: expect.stringContaining(reason) }),
  );
});

test('a named file must exist, so that a misspelled name does not deploy the defaults', () => {
  expect(() => readSettingsFile()).toThrow(
    `OURA_SYNC_SETTINGS names ${file.path}, which does not exist: npm run deploy creates it`,
  );
});

test('without a file and without a name, every setting has its default', () => {
  expect(readSettingsFile('/no/such/settings.json')).toEqual({});
});

test('shows the path as users know it', () => {
  expect(settingsFileName(`${process.cwd()}/settings.json`)).toBe('settings.json');
  expect(settingsFileName('/elsewhere/settings.json')).toBe('/elsewhere/settings.json');
});
