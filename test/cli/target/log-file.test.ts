import { mkdirSync, rmdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogFile } from '../../../services/cli/target/log-file.ts';
import { readLogGap } from '../../../services/local/data-folder/log-lines.ts';
import { clockFrom, systemClock } from '../../../shared/core/clock.ts';

const MEGABYTE = 'x'.repeat(2 ** 20);

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-log-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const write = async (...lines: string[]): Promise<void> => {
  const log = openLogFile(dataDir, systemClock);
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

describe('a log that cannot be written', () => {
  const NOW = Date.parse('2026-03-10T12:00:00Z');
  const DAY_MS = 86_400_000;
  const path = () => join(dataDir, 'log.jsonl');

  test('is written again as soon as it can be, and the folder says what it lacks', async () => {
    // A folder of that name refuses every line, as a full disk does.
    mkdirSync(path());
    const log = openLogFile(dataDir, clockFrom(NOW));
    log.console.log('lost');
    log.console.log('lost, too');
    await new Promise((resolve) => setImmediate(resolve));
    expect(readLogGap(dataDir, NOW)).toMatchObject({ lines: 1, resumed: null });
    rmdirSync(path());
    log.console.log('kept');
    await log.close();
    expect(await readFile(path(), 'utf8')).toBe('kept\n');
    const gap = readLogGap(dataDir, NOW);
    expect(gap).toEqual({
      since: expect.stringMatching(/^2026-03-10T12:00/),
      lines: 2,
      reason: 'it is a folder',
      resumed: expect.stringMatching(/^2026-03-10T12:00/),
    });
    expect(readLogGap(dataDir, NOW + 13 * DAY_MS)).toEqual(gap);
    expect(readLogGap(dataDir, NOW + 15 * DAY_MS)).toBeUndefined();
  });

  test('ends its hole in a later process, if the one that lost the lines could not', async () => {
    mkdirSync(path());
    await write('lost');
    expect(readLogGap(dataDir, NOW)).toMatchObject({ lines: 1, resumed: null });
    rmdirSync(path());
    await write('kept');
    expect(readLogGap(dataDir, NOW)).toMatchObject({ lines: 1, resumed: expect.any(String) });
  });

  test('has an unknown hole if the record of it is torn, not none', async () => {
    await writeFile(join(dataDir, 'log-gap.json'), '{"since":"20');
    expect(readLogGap(dataDir, NOW)).toEqual({ since: null, lines: null, reason: null, resumed: null });
  });
});
