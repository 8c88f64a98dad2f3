import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freshDataFolder, nightsIn, runCommand, startCommand } from '../helpers/command.ts';

/** Of the system: root may write into every folder. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

const dataDir = freshDataFolder();

/** Every file with its content: nothing may change. */
const contentOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${readFileSync(path).toString('base64')}`)
    .sort();

test('commands show what a folder without write permission holds, say so, and change nothing', async () => {
  await runCommand(['start', '--once', '--days', '3', ...dataDir.option]);
  const nights = await nightsIn(dataDir);
  const copies = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('oura-sleep-sync-read-')).length;
  writeFileSync(join(dirname(dataDir.path), 'w.csv'), 'x');
  execFileSync('chmod', ['-R', 'a-w', dataDir.path]);
  if (isRoot) {
    execFileSync('chown', ['-R', `${UNPRIVILEGED.uid}:${UNPRIVILEGED.gid}`, dirname(dataDir.path)]);
    chmodSync(dirname(dataDir.path), 0o755);
  }
  const before = contentOf(dataDir.path);
  const left = copies();
  const run = (...args: string[]) =>
    startCommand([...args, ...dataDir.option], {}, isRoot ? UNPRIVILEGED : undefined).ended;
  const [status, exported, doctor, gaps, imported, started] = await Promise.all([
    run('status'),
    run('export'),
    run('doctor'),
    run('gaps'),
    run('workouts', 'import', join(dirname(dataDir.path), 'w.csv')),
    run('start', '--once'),
  ]);
  const note = `The data folder ${dataDir.path} is read-only: this is what it holds.\n`;
  expect(status).toMatchObject({ code: 0, stderr: note });
  expect(exported).toMatchObject({ code: 0, stderr: note });
  expect(JSON.parse(exported?.stdout ?? '')).toEqual(nights);
  expect(gaps).toMatchObject({ code: 0, stderr: note });
  expect(doctor).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('read-only: commands show what it holds'),
  });
  expect(doctor?.stdout).toContain('last run');
  expect(imported).toMatchObject({
    code: 2,
    stderr: `The data folder ${dataDir.path} cannot be used: it is read-only, and this command writes into it.\n`,
  });
  expect(started?.code).toBe(2);
  expect(started?.stderr.trim().split('\n')).toHaveLength(1);
  expect(contentOf(dataDir.path)).toEqual(before);
  expect(copies()).toBe(left);
  execFileSync('chmod', ['-R', 'u+w', dataDir.path]);
});
