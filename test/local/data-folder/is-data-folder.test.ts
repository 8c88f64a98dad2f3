import { chmodSync, cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataFolder, makeDataFolder } from '../../../services/local/data-folder/data-folder.ts';
import { NotADataFolder } from '../../../services/local/data-folder/errors.ts';
import { isDataFolder } from '../../../services/local/data-folder/is-data-folder.ts';
import { newFolder, removeFolders } from '../support/machine.ts';

afterEach(removeFolders);

const folderWith = (...names: string[]): string => {
  const folder = newFolder();
  for (const name of names) {
    if (name.endsWith('/')) mkdirSync(join(folder, name));
    else writeFileSync(join(folder, name), '');
  }
  return folder;
};

test.each([
  ['is empty', []],
  ['is the root of a new disk', ['lost+found/']],
  ['holds only a connection', ['credentials.json', 'ring']],
  [
    'holds only what an interrupted first start has written',
    ['template.json.4711.new', 'sqs/', 'executions/'],
  ],
  ['has tables, and files of its user beside them', ['dynamodb.sqlite', 'notes.txt']],
  ['has a lock, and files of its user beside it', ['owner.lock', 'thesis.docx']],
])('a folder that %s is a data folder', (_, names) => {
  expect(isDataFolder(folderWith(...names))).toBe(true);
});

test('the folder of version 0.1 is one', () => {
  const folder = newFolder();
  cpSync('test/fixtures/data-folder-0.1', folder, { recursive: true });
  expect(isDataFolder(folder)).toBe(true);
});

test.each([
  ['documents', ['thesis.docx']],
  [
    'a project with a template and credentials of its own',
    ['template.json', 'credentials.json', 'package.json'],
  ],
  ['a hidden file', ['.ssh/']],
])('a folder with %s is not, and neither its mode nor its content changes', (_, names) => {
  const folder = folderWith(...names);
  chmodSync(folder, 0o755);
  for (const use of [makeDataFolder, lockDataFolder]) expect(() => use(folder)).toThrow(NotADataFolder);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => name.replace('/', '')).sort());
});
