import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockDataFolder, makeDataFolder } from '../../../services/local/data-folder/data-folder.ts';
import { NotADataFolder } from '../../../services/local/data-folder/errors.ts';
import { hasOurData, isDataFolder } from '../../../services/local/data-folder/is-data-folder.ts';
import { newFolder, removeFolders } from '../support/machine.ts';

afterEach(removeFolders);

const CONNECTION = {
  client_id: 'id',
  client_secret: 'secret',
  access_token: 'access',
  refresh_token: 'refresh',
  expires_at: '2026-03-11T00:00:00Z',
  token_url: 'https://api.ouraring.com/oauth/token',
  fallback_token_url: null,
  scopes: ['daily'],
  connected_at: '2026-03-10T00:00:00Z',
  refreshed_at: null,
};

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
  ['holds only the variables that its user wrote for the service', ['service.env']],
  [
    'holds only what an interrupted first start has written',
    ['template.json.4711.new', 'sqs/', 'executions/'],
  ],
  ['has tables, and files of its user beside them', ['dynamodb.sqlite', 'notes.txt']],
  ['has a lock, and files of its user beside it', ['owner.lock', 'thesis.docx']],
])('a folder that %s is a data folder', (_, names) => {
  expect(isDataFolder(folderWith(...names))).toBe(true);
});

test('a folder that only an earlier npm run connect has written into is one', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'credentials.json'), JSON.stringify(CONNECTION));
  expect(isDataFolder(folder)).toBe(true);
  expect(hasOurData(folder)).toBe(true);
});

test('a folder is one from the moment that it is made, also for a service that logs before its first start', () => {
  const folder = join(newFolder(), 'data');
  makeDataFolder(folder);
  for (const name of ['service.log', 'time-zone', 'notes.txt']) writeFileSync(join(folder, name), '');
  expect(isDataFolder(folder)).toBe(true);
  expect(statSync(join(folder, 'owner.lock')).mode & 0o777).toBe(0o600);
});

test('the folder of version 0.1 is one, also without its tables', () => {
  const folder = newFolder();
  cpSync('test/fixtures/data-folder-0.1', folder, { recursive: true });
  expect(isDataFolder(folder)).toBe(true);
  for (const name of ['dynamodb', 'sqs', 'ring']) rmSync(join(folder, name), { recursive: true });
  expect(hasOurData(folder)).toBe(true);
});

test.each([
  ['documents', ['thesis.docx']],
  [
    'a project with a template and credentials of its own',
    ['template.json', 'credentials.json', 'package.json'],
  ],
  ['a hidden file', ['.ssh/']],
  ['the template of another program', ['template.json']],
  ['the credentials of another program', ['credentials.json', 'executions/']],
  ['a file ring', ['ring']],
  ['a list of notifications', ['notify', 'service.log']],
])('a folder with %s is not, and neither its mode nor its content changes', (_, names) => {
  const folder = folderWith(...names);
  chmodSync(folder, 0o755);
  for (const use of [makeDataFolder, lockDataFolder]) expect(() => use(folder)).toThrow(NotADataFolder);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => name.replace('/', '')).sort());
});

test.each([
  ['template.json', '{}'],
  ['template.json', '{"AWSTemplateFormatVersion":"2010-09-09","Resources":{},"Outputs":{}}'],
  [
    'credentials.json',
    '{"installed":{"client_id":"1","client_secret":"2","token_uri":"https://example.com"}}',
  ],
  ['ring', 'gold'],
  ['damaged/photo.jpg', ''],
])('%s with the content %s does not make a data folder', (name, content) => {
  const folder = newFolder();
  mkdirSync(join(folder, dirname(name)), { recursive: true });
  writeFileSync(join(folder, name), content);
  expect(isDataFolder(folder)).toBe(false);
});
