import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogFile } from '../../../services/cli/target/log-file.ts';

const MEGABYTE = 'x'.repeat(2 ** 20);

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-log-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const write = async (...lines: string[]): Promise<void> => {
  const log = openLogFile(dataDir);
  for (const line of lines) log.console.log(line);
  await log.close();
};

test('rotates a log larger than 10 MB, keeps one old file, and cuts no line', async () => {
  for (const round of ['first', 'second', 'third']) {
    await write(round, ...Array<string>(10).fill(MEGABYTE));
    expect((await readdir(dataDir)).sort()).toEqual(
      round === 'first' ? ['log.jsonl'] : ['log.1.jsonl', 'log.jsonl'],
    );
  }
  expect(
    (await readFile(join(dataDir, 'log.1.jsonl'), 'utf8')).split('\n').map(({ length }) => length),
  ).toEqual([6, ...Array<number>(10).fill(2 ** 20), 0]);
  expect(await readFile(join(dataDir, 'log.jsonl'), 'utf8')).toMatch(/^third\n/);
  for (const name of await readdir(dataDir)) {
    expect((await stat(join(dataDir, name))).mode & 0o077).toBe(0);
  }
});
