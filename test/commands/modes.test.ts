import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';

const AT_NOON = ['--now', '2026-03-10T12:00:00-07:00'];
const dataDir = freshDataFolder();

/** Starts a command as a shell with this umask does. */
const withUmask = <Result>(umask: number, start: () => Result): Result => {
  const own = process.umask(umask);
  try {
    return start();
  } finally {
    process.umask(own);
  }
};

/** Everything in the data folder, and the folder itself. */
const paths = (): string[] => [
  dataDir.path,
  ...readdirSync(dataDir.path, { recursive: true, encoding: 'utf8' }).map((name) => join(dataDir.path, name)),
];

/** What has another mode than 0600, or 0700 for a folder. */
const open = (): string[] =>
  paths().flatMap((path) => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (!status) return [];
    const mode = status.mode & 0o777;
    return mode === (status.isDirectory() ? 0o700 : 0o600) ? [] : [`${path} ${mode.toString(8)}`];
  });

test.each([0o000, 0o077, 0o777])(
  'every file has mode 0600 and every folder 0700, with umask %i, while npm start runs and after it',
  async (umask) => {
    const start = withUmask(umask, () =>
      startCommand(['start', ...AT_NOON, '--page-port', '0', ...dataDir.option]),
    );
    await start.printed('Next sync');
    expect(open()).toEqual([]);
    const names = paths().map((path) => path.slice(dataDir.path.length + 1));
    expect(names).toEqual(
      expect.arrayContaining([
        'page-key',
        'runtime.json',
        'owner.lock',
        'log.jsonl',
        'sqs/fauxqs.db',
        'ring',
      ]),
    );
    expect(names.some((name) => name.endsWith('-wal'))).toBe(true);
    start.process.kill('SIGINT');
    await start.ended;
    expect(open()).toEqual([]);
    for (const path of paths()) chmodSync(path, 0o777);
    const { code } = await withUmask(umask, () => runCommand(['status', ...dataDir.option]));
    expect(code).toBe(0);
    // The right to execute stays with the owner.
    expect(open().filter((each) => !each.endsWith(' 700'))).toEqual([]);
  },
);
