import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderProblems } from '../../../services/cli/target/folder-problems.ts';
import { describeFreeSpace, isNearlyFull } from '../../../services/local/data-folder/free-space.ts';
import { setAside } from '../../../services/local/data-folder/set-aside.ts';
import { freshDataFolder } from '../../helpers/command.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const dataDir = freshDataFolder();
beforeEach(() => mkdirSync(dataDir.path));

/** The disk of the machine that runs the test may be nearly full. */
const problems = async () => (await folderProblems(dataDir.path, NOW)).filter(({ id }) => id !== 'disk_full');

test('a healthy folder has none', async () => {
  expect(await problems()).toEqual([]);
});

test('files that were set aside are one problem, since the first of them, until they are removed', async () => {
  for (const [name, at] of [
    ['b.json', '2026-03-09T01:02:03.004Z'],
    ['a.json', '2026-03-10T01:02:03.004Z'],
  ] as const) {
    writeFileSync(join(dataDir.path, name), '');
    setAside(dataDir.path, join(dataDir.path, name), at);
  }
  expect(readdirSync(dataDir.path)).toEqual(['damaged']);
  expect(await problems()).toEqual([
    expect.objectContaining({
      id: 'damaged_data',
      since: '2026-03-09T01:02:03.004Z',
      count: 2,
      summary: expect.stringContaining('b.json'),
    }),
  ]);
});

test('a hole in the log is one, also if the record of it is torn', async () => {
  const gap = { since: '2026-03-09T00:00:00.000Z', lines: 3, reason: 'no space left', resumed: null };
  writeFileSync(join(dataDir.path, 'log-gap.json'), JSON.stringify(gap));
  expect(await problems()).toEqual([expect.objectContaining({ id: 'log_gap', since: gap.since, count: 3 })]);
  writeFileSync(join(dataDir.path, 'log-gap.json'), '{"since":"2026');
  expect(await problems()).toEqual([
    expect.objectContaining({ id: 'log_gap', since: null, summary: expect.stringMatching(/unknown number/) }),
  ]);
});

test('a disk is nearly full below 100 MB or 50 inodes, and says which', () => {
  const space = { place: '/', bytes: 99_000_000, files: 1000 };
  expect([isNearlyFull(space), describeFreeSpace(space)]).toEqual([true, '99 MB free']);
  const few = { place: '/', bytes: 9_000_000_000, files: 3 };
  expect([isNearlyFull(few), describeFreeSpace(few)]).toEqual([true, '3 files (inodes) free']);
  const enough = { place: '/', bytes: 9_000_000_000, files: undefined };
  expect([isNearlyFull(enough), describeFreeSpace(enough)]).toEqual([false, '9 GB free']);
});
