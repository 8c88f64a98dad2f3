import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noteZoneOfFolder, zoneOf } from '../../../services/cli/target/time-zone.ts';
import { freshDataFolder } from '../../helpers/command.ts';
import { freshSettingsFile } from '../../helpers/settings-file.ts';

const dataDir = freshDataFolder();
const settings = freshSettingsFile();
beforeEach(() => settings.write({}));
const zone = (machine: string, timeZone?: string) =>
  zoneOf({ dataDir: dataDir.path, ...(timeZone && { timeZone }) }, machine).timeZone;

test('a new folder takes the zone of the machine', () => {
  expect(zoneOf({ dataDir: dataDir.path }, 'Europe/Berlin')).toEqual({
    timeZone: 'Europe/Berlin',
    source: 'of this machine',
  });
});

test.each(['UTC', 'Etc/Unknown', '+05:00', ''])(
  'a machine in the zone "%s" does not know the user’s, so a new folder takes the default',
  (machine) => {
    expect(zone(machine)).toBe('America/Los_Angeles');
  },
);

test('a new folder takes the zone in the settings file before that of the machine', () => {
  settings.write({ timeZone: 'Asia/Tokyo' });
  expect(zoneOf({ dataDir: dataDir.path }, 'Europe/Berlin')).toEqual({
    timeZone: 'Asia/Tokyo',
    source: `from ${settings.path}`,
  });
});

test('a folder keeps its zone when the machine moves', () => {
  mkdirSync(dataDir.path);
  noteZoneOfFolder(dataDir.path, 'Europe/Berlin');
  expect(zone('Asia/Tokyo')).toBe('Europe/Berlin');
});

test('--time-zone takes precedence over the zone of the folder', () => {
  mkdirSync(dataDir.path);
  noteZoneOfFolder(dataDir.path, 'Europe/Berlin');
  expect(zone('Asia/Tokyo', 'Pacific/Auckland')).toBe('Pacific/Auckland');
});

test('a folder of a version that stored no zone keeps the one it last ran with', () => {
  cpSync('test/fixtures/data-folder-0.1', dataDir.path, { recursive: true });
  expect(zone('Europe/Berlin')).toBe('America/Los_Angeles');
  const template = { Resources: {}, Outputs: { TimeZone: { Value: 'Asia/Tokyo' } } };
  writeFileSync(join(dataDir.path, 'template.json'), JSON.stringify(template));
  expect(zone('Europe/Berlin')).toBe('Asia/Tokyo');
});

test('a folder of a version that stored neither zone nor template keeps the setting', () => {
  mkdirSync(join(dataDir.path, 'dynamodb'), { recursive: true });
  expect(zone('Europe/Berlin')).toBe('America/Los_Angeles');
});

test('a stored zone that is none is rejected in one sentence, and replaced by --time-zone', () => {
  mkdirSync(dataDir.path);
  writeFileSync(join(dataDir.path, 'time-zone'), 'Mars/Olympus');
  expect(() => zone('Europe/Berlin')).toThrow(
    expect.objectContaining({
      name: 'UsageError',
      message: expect.stringMatching(/time-zone does not hold a time zone: run .*--time-zone ZONE/),
    }),
  );
  expect(zone('Europe/Berlin', 'Europe/Helsinki')).toBe('Europe/Helsinki');
});
