import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { replaceFiles } from '../../../services/cli/follow/replace-files.ts';
import { newFolder, removeFolders } from '../../local/support/machine.ts';

afterEach(removeFolders);

const OWNED = ['nights/year=*/nights.parquet'];
const pathOf = (year: number) => `nights/year=${year}/nights.parquet`;

/** Replaces the files of a folder, by year. Returns what was said. */
const replace = async (
  folder: string,
  content: Readonly<Record<number, string>>,
  signal = new AbortController().signal,
): Promise<string[]> => {
  const said: string[] = [];
  const files = Object.entries(content).map(([year, text]) => ({
    path: pathOf(Number(year)),
    rows: text.length,
    bytes: Buffer.from(text),
  }));
  await replaceFiles(folder, files, { owned: OWNED, signal, say: (sentence) => said.push(sentence) });
  return said;
};

test('only files whose content differs are written, readable only by their owner', async () => {
  const folder = join(newFolder(), 'new', 'folder');
  expect(await replace(folder, { 2025: 'a', 2026: 'bc' })).toEqual([
    `Wrote 1 row to ${folder}/${pathOf(2025)}`,
    `Wrote 2 rows to ${folder}/${pathOf(2026)}`,
  ]);
  const inode = (year: number) => statSync(join(folder, pathOf(year))).ino;
  const before = inode(2025);
  expect(await replace(folder, { 2025: 'a', 2026: 'd' })).toEqual([
    `Wrote 1 row to ${folder}/${pathOf(2026)}`,
  ]);
  expect(inode(2025)).toBe(before);
  expect(statSync(join(folder, pathOf(2026))).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a reader that has a file open sees the whole earlier file', async () => {
  const folder = newFolder();
  await replace(folder, { 2026: 'before' });
  const reader = openSync(join(folder, pathOf(2026)), 'r');
  await replace(folder, { 2026: 'after' });
  expect(readFileSync(reader, 'utf8')).toBe('before');
  closeSync(reader);
  expect(readFileSync(join(folder, pathOf(2026)), 'utf8')).toBe('after');
});

test('a file that was changed or deleted by others is written again', async () => {
  const folder = newFolder();
  await replace(folder, { 2026: 'whole' });
  writeFileSync(join(folder, pathOf(2026)), 'who');
  expect(await replace(folder, { 2026: 'whole' })).toHaveLength(1);
  expect(readFileSync(join(folder, pathOf(2026)), 'utf8')).toBe('whole');
});

test('the file of a year without rows is removed, and files of others stay', async () => {
  const folder = newFolder();
  await replace(folder, { 2024: 'a', 2025: 'b', 2026: 'c' });
  writeFileSync(join(folder, 'nights/year=2025/notes.txt'), 'mine');
  mkdirSync(join(folder, 'other/year=2025'), { recursive: true });
  writeFileSync(join(folder, 'other/year=2025/nights.parquet'), 'mine');
  expect(await replace(folder, { 2026: 'c' })).toEqual([
    `Removed ${folder}/${pathOf(2024)}: no rows`,
    `Removed ${folder}/${pathOf(2025)}: no rows`,
  ]);
  expect(readdirSync(join(folder, 'nights')).sort()).toEqual(['year=2025', 'year=2026']);
  expect(readdirSync(join(folder, 'nights/year=2025'))).toEqual(['notes.txt']);
  expect(existsSync(join(folder, 'other/year=2025/nights.parquet'))).toBe(true);
});

test('what a kill left of a file is hidden from readers, and removed', async () => {
  const folder = newFolder();
  const { pid } = spawnSync('true');
  writeFileSync(join(folder, `.${pid}.new`), 'half');
  writeFileSync(join(folder, '.hidden'), 'mine');
  await replace(folder, { 2026: 'whole' });
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
    '.hidden',
    'nights',
    'nights/year=2026',
    pathOf(2026),
  ]);
});

test('what another process is writing stays', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, `.${process.ppid}.new`), 'half');
  await replace(folder, { 2026: 'whole' });
  expect(readFileSync(join(folder, `.${process.ppid}.new`), 'utf8')).toBe('half');
});

test('a file that cannot be written stays as it was, and so do those after it', async () => {
  const folder = newFolder();
  await replace(folder, { 2025: 'a', 2026: 'b' });
  // A folder refuses to be replaced by a file, for root too.
  mkdirSync(join(folder, pathOf(2024)), { recursive: true });
  await expect(replace(folder, { 2024: 'x', 2025: 'c', 2026: 'd' })).rejects.toMatchObject({
    code: 'EISDIR',
  });
  expect(readFileSync(join(folder, pathOf(2025)), 'utf8')).toBe('a');
  expect(readdirSync(folder)).toEqual(['nights']);
});

test('a signal ends the work between two files, and removes none', async () => {
  const folder = newFolder();
  await replace(folder, { 2024: 'a', 2025: 'b', 2026: 'c' });
  const said = await replace(folder, { 2025: 'new', 2026: 'new' }, AbortSignal.abort());
  expect(said).toEqual([`Wrote 3 rows to ${folder}/${pathOf(2025)}`]);
  expect(readFileSync(join(folder, pathOf(2024)), 'utf8')).toBe('a');
});
