import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Acknowledged } from './acknowledged.ts';
import { Disk } from './disk.ts';

const home = mkdtempSync(join(tmpdir(), 'disk-'));
afterAll(() => rmSync(home, { recursive: true }));

let restores = 0;
/** The files after a power cut, by name. */
const restored = (disk: Disk, chance?: () => number): Record<string, string> => {
  const folder = join(home, String(restores++));
  disk.restore(folder, chance);
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
};
const sync = (disk: Disk, path: string): void => {
  disk.beginSync(path);
  disk.endSync(path);
};
/** A disk with one synced file. */
const withFile = (text: string): Disk => {
  const disk = new Disk('/d');
  disk.create('/d/file');
  disk.write('/d/file', 0, Buffer.from(text));
  sync(disk, '/d/file');
  sync(disk, '/d');
  return disk;
};

describe('a disk after a power cut', () => {
  test('has a file with its content only if both the file and the folder were synced', () => {
    const disk = new Disk('/d');
    disk.create('/d/file');
    disk.write('/d/file', 0, Buffer.from('text'));
    sync(disk, '/d/file');
    expect(restored(disk)).toEqual({});
    sync(disk, '/d');
    expect(restored(disk)).toEqual({ file: 'text' });
    disk.write('/d/file', 4, Buffer.from(' more'));
    disk.truncate('/d/file', 2);
    expect(restored(disk)).toEqual({ file: 'text' });
    sync(disk, '/d/file');
    expect(restored(disk)).toEqual({ file: 'te' });
  });

  test('has the old name until the folder of a rename is synced', () => {
    const disk = withFile('old');
    disk.create('/d/new');
    disk.write('/d/new', 0, Buffer.from('new'));
    sync(disk, '/d/new');
    disk.rename('/d/new', '/d/file');
    expect(restored(disk)).toEqual({ file: 'old' });
    sync(disk, '/d');
    expect(restored(disk)).toEqual({ file: 'new' });
  });

  test('has what was written before a sync began, not what was written until it ended', () => {
    const disk = withFile('1');
    disk.write('/d/file', 1, Buffer.from('2'));
    disk.beginSync('/d/file');
    disk.write('/d/file', 2, Buffer.from('3'));
    expect(restored(disk)).toEqual({ file: '1' });
    disk.endSync('/d/file');
    expect(restored(disk)).toEqual({ file: '12' });
  });

  test('may have any part of what was not synced, also single sectors of a write', () => {
    const disk = withFile('');
    disk.write('/d/file', 0, Buffer.from('a'.repeat(512) + 'b'.repeat(512)));
    expect(restored(disk, () => 0)).toEqual({ file: 'a'.repeat(512) + 'b'.repeat(512) });
    expect(restored(disk, () => 0.9)).toEqual({ file: '' });
    const chances = [0.5, 0.9, 0.1];
    expect(restored(disk, () => chances.shift() ?? 0)).toEqual({ file: '\0'.repeat(512) + 'b'.repeat(512) });
  });
});

describe('the promises at a step', () => {
  const acknowledged = new Acknowledged();
  acknowledged.add(['key', 'one'], 10, 20);
  acknowledged.add(['key', 'two'], 30, 40);
  acknowledged.add(['key', null], 50, 60);

  test.each<[number, string | undefined, string[]]>([
    [5, undefined, []],
    [5, 'one', ['key is wrong']],
    [15, undefined, []],
    [15, 'one', []],
    [25, undefined, ['key is lost']],
    [35, 'one', []],
    [35, 'two', []],
    [45, 'one', ['key is old']],
    [45, 'half', ['key is wrong']],
    [55, 'two', []],
    [65, 'two', ['key is old']],
    [65, undefined, []],
  ])('at %i the value %p has the problems %p', (step, value, problems) => {
    const stored = new Map(value === undefined ? [] : [['key', value]]);
    expect(acknowledged.contradictions(stored, step)).toEqual(problems);
  });

  test('leave no room for a key that was never written', () => {
    expect(acknowledged.contradictions(new Map([['other', 'x']]), 5)).toEqual(['other is unknown']);
  });
});
