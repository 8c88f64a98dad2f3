import { mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { OPTION } from '../../../services/cli/options.ts';
import { defineService } from '../../../services/cli/service/service-definition.ts';
import { serviceName } from '../../../services/cli/service/service-name.ts';
import { systemdUnit } from '../../../services/cli/service/systemd-unit.ts';
import { forEachTest } from '../../helpers/for-each-test.ts';

const parent = forEachTest(
  async () => ({ path: await mkdtemp(join(tmpdir(), 'oura-sync-')) }),
  ({ path }) => rm(path, { recursive: true }),
);

/** The service that `service install <args>` installs for `folder`. */
const serviceOf = (folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const command = new Command()
    .addOption(OPTION.dataDir())
    .addOption(OPTION.timeZone())
    .addOption(OPTION.mornings())
    .addOption(OPTION.pagePort('--page-port'))
    .parse([...args], { from: 'user' });
  return defineService(command, folder, ['timeZone'], env);
};

test('runs what npm start runs, with absolute paths, and the given options of start alone', () => {
  const folder = join(parent.path, 'nights');
  const { command } = serviceOf(folder, ['--page-port', '4875', '--mornings', '--time-zone', 'Asia/Tokyo']);
  expect(command[0]).toBe(process.execPath);
  expect(command.slice(1, command.indexOf('start'))).toEqual([
    join(import.meta.dirname, '../../../services/cli/launch.cjs'),
  ]);
  expect(command.slice(command.indexOf('start') + 1)).toEqual([
    ...['--as-service', '--data-dir', folder],
    ...['--mornings', '--page-port', '4875'],
  ]);
});

test('folders with the same last name have services of their own, and a link to a folder names its service', () => {
  const folders = ['one', 'two'].map((name) => join(parent.path, name, 'Äpfel & nights'));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const [first = '', second = ''] = folders;
  symlinkSync(first, join(parent.path, 'link'));
  expect(serviceName(first)).toMatch(/^oura-sleep-sync-pfel-nights-[0-9a-f]{8}$/);
  expect(serviceName(second)).not.toBe(serviceName(first));
  expect(serviceName(join(parent.path, 'link'))).toBe(serviceName(first));
});

test('a folder that is gone keeps the name of its service, so that the service can be removed', async () => {
  const folder = join(parent.path, 'nights');
  mkdirSync(folder);
  const name = serviceName(folder);
  await rm(folder, { recursive: true });
  expect(serviceName(folder)).toBe(name);
});

test('passes on the name of the settings file, and no secret of the environment', () => {
  const { environment } = serviceOf(join(parent.path, 'nights'), [], {
    OURA_SYNC_SETTINGS: '/etc/oura settings.json',
    OURA_API_KEY: 'secret',
    HTTPS_PROXY: 'http://user:secret@proxy',
  });
  expect(environment).toEqual({ OURA_SYNC_SETTINGS: '/etc/oura settings.json' });
});

test('refuses a line break, which would begin a setting of the unit', () => {
  expect(() => serviceOf(join(parent.path, 'nights\nUser=root'), [])).toThrow(/control characters/);
});

test('a unit restarts a failure after a minute and for ever, but no mistake of the user', () => {
  const unit = systemdUnit(serviceOf(join(parent.path, 'nights'), []));
  expect(unit).toMatch(/^Restart=on-failure\nRestartSec=60\n/m);
  expect(unit).toMatch(/^StartLimitIntervalSec=0$/m);
  expect(unit).toMatch(/^RestartPreventExitStatus=2$/m);
});
