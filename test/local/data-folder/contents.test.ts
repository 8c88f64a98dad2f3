import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentOf, isFileOf } from '../../../services/local/data-folder/contents.ts';
import { openLocal, startLocal } from '../../../services/local/start.ts';
import { localOptions, newFolder, removeFolders, startOptions } from '../support/machine.ts';

afterEach(removeFolders);

/** The files of a folder that the list does not have. */
const unlisted = (dataDir: string): string[] =>
  readdirSync(dataDir, { withFileTypes: true }).flatMap((entry) => {
    const content = contentOf(entry.name);
    if (content === undefined || entry.isDirectory() !== (content.files !== undefined)) return entry.name;
    if (!entry.isDirectory()) return [];
    return readdirSync(join(dataDir, entry.name))
      .filter((name) => !isFileOf(content, name))
      .map((name) => `${entry.name}/${name}`);
  });

test('lists every file of a folder that a pipeline serves', async () => {
  const dataDir = newFolder();
  const runtime = await startLocal(startOptions(dataDir, {}));
  try {
    expect(readdirSync(dataDir)).toEqual(
      expect.arrayContaining(['dynamodb.sqlite-wal', 'executions', 'owner.lock', 'runtime.json', 'sqs']),
    );
    expect(unlisted(dataDir)).toEqual([]);
  } finally {
    await runtime.stop();
  }
});

test('lists every file of version 0.1, and what a kill leaves of a write', async () => {
  const old = join(import.meta.dirname, '..', '..', 'fixtures', 'data-folder-0.1');
  expect(unlisted(old)).toEqual(['README.md']);
  const dataDir = newFolder();
  await (await openLocal(localOptions(dataDir))).stop();
  for (const name of ['ring.4711.new', 'dynamodb.sqlite.new-wal', 'executions/SyncRun%3Aa.json.1.new'])
    writeFileSync(join(dataDir, name), '');
  for (const name of ['ring.new.txt', 'sqs/notes.db', 'executions-wal', 'nights.csv'])
    writeFileSync(join(dataDir, name), '');
  expect(unlisted(dataDir)).toEqual(['executions-wal', 'nights.csv', 'ring.new.txt', 'sqs/notes.db']);
});
