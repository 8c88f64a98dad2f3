import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { appendLines } from '../../../services/local/data-folder/append-lines.ts';
import { folderNote } from '../../../services/local/data-folder/folder-note.ts';
import { acceptsWrites, writeDurably } from '../../../services/local/data-folder/write-durably.ts';
import { newFolder, removeFolders } from '../support/machine.ts';

afterEach(removeFolders);

test('replaces a file as a whole, readable only by its owner', () => {
  const path = join(newFolder(), 'file');
  writeFileSync(path, 'before', { mode: 0o644 });
  writeDurably(path, ['af', Buffer.from('ter')]);
  expect(readFileSync(path, 'utf8')).toBe('after');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('leaves the earlier content and nothing else, if the new content ends in an error', () => {
  const folder = newFolder();
  const path = join(folder, 'file');
  writeDurably(path, 'before');
  const pieces = function* () {
    yield 'after';
    throw new Error('no more');
  };
  expect(() => writeDurably(path, pieces())).toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(folder)).toEqual(['file']);
});

test('does not write into a file that waits under the name of its temporary file', () => {
  const folder = newFolder();
  const path = join(folder, 'file');
  const trap = join(folder, 'trap');
  writeFileSync(trap, '', { mode: 0o666 });
  linkSync(trap, `${path}.${process.pid}.new`);
  writeDurably(path, 'secret');
  expect(readFileSync(path, 'utf8')).toBe('secret');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(trap, 'utf8')).toBe('');
});

test('keeps a link, and writes to a device in place', () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'elsewhere'));
  const target = join(folder, 'elsewhere', 'file');
  writeDurably(target, 'before');
  symlinkSync(target, join(folder, 'link'));
  writeDurably(join(folder, 'link'), 'after');
  expect(readFileSync(target, 'utf8')).toBe('after');
  writeDurably('/dev/null', 'nothing');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('does not write a note again that says the same', () => {
  const folder = newFolder();
  const note = folderNote(folder, 'ring');
  note.write('real');
  const { ino } = statSync(join(folder, 'ring'));
  note.write('real');
  expect(statSync(join(folder, 'ring')).ino).toBe(ino);
  note.write('simulated');
  expect(note.read()).toBe('simulated');
});

test('begins a new line after a part of a line that a power cut has left', () => {
  const path = join(newFolder(), 'log.jsonl');
  writeFileSync(path, '{"a":1}\n{"b":');
  appendLines(path, '{"c":3}\n');
  appendLines(path, '{"d":4}\n', true);
  expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"b":\n{"c":3}\n{"d":4}\n');
});

test('whether a folder accepts files is found by writing one, and leaves nothing behind', () => {
  const folder = newFolder();
  expect(acceptsWrites(folder)).toBe(true);
  expect(acceptsWrites(join(folder, 'missing'))).toBe(false);
  // What keeps the probe from being written.
  mkdirSync(join(folder, `owner.lock.${process.pid}.new`));
  expect(acceptsWrites(folder)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});
