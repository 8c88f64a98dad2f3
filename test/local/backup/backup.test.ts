import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { packTar, unpackTar } from 'modern-tar';
import { packBackup, readBackup } from '../../../services/local/backup/archive.ts';
import { restoreBackup } from '../../../services/local/backup/restore-backup.ts';
import { connectLocal } from '../../../services/local/connect.ts';
import { type LocalServices, openLocal } from '../../../services/local/start.ts';
import { localOptions, newFolder, removeFolders } from '../support/machine.ts';

const opened: LocalServices[] = [];
const open = async (dataDir: string, shared = false): Promise<LocalServices> => {
  const services = await openLocal(localOptions(dataDir, { shared }));
  opened.push(services);
  return services;
};
const closeAll = async () => {
  for (const services of opened.splice(0)) await services.stop();
  removeFolders();
};
afterEach(closeAll);

const put = ({ clients }: LocalServices, date: string) =>
  clients.dynamodb.send(new PutCommand({ TableName: 'Nights', Item: { date } }));
const has = async ({ clients }: LocalServices, date: string) =>
  (await clients.dynamodb.send(new GetCommand({ TableName: 'Nights', Key: { date } }))).Item !== undefined;
const queueOf = async ({ clients }: LocalServices) =>
  (await clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'WorkQueue' }))).QueueUrl ?? '';

/** A folder with a night, a message in flight and a connection, and its open services. */
const filledFolder = async () => {
  const dataDir = newFolder();
  const services = await open(dataDir, true);
  for (const [name, text] of [
    ['credentials.json', '{"access_token":"secret"}'],
    ['webhook.json', '{"client_secret":"secret"}'],
    ['ring', 'real'],
    ['log.jsonl', '{}'],
    ['notes.txt', 'of the user'],
  ] as const)
    writeFileSync(join(dataDir, name), text);
  await put(services, '2026-03-09');
  const QueueUrl = await queueOf(services);
  await services.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
  await services.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  return { dataDir, services };
};

/** Of a filled folder. */
let archive: Uint8Array;
beforeAll(async () => {
  archive = await (await filledFolder()).services.backup(false);
  await closeAll();
});

const restored = async (bytes: Uint8Array): Promise<string> => {
  const dataDir = join(newFolder(), 'restored');
  restoreBackup((await readBackup(bytes, 'b.tgz')).files, dataDir);
  return dataDir;
};

test('a backup through the serving process holds what it held then, and opens elsewhere', async () => {
  const { dataDir, services } = await filledFolder();
  const client = await connectLocal(localOptions(dataDir));
  const bytes = await client.backup(false);
  await client.stop();
  await put(services, '2026-03-10');

  const copy = await restored(bytes);
  expect(readdirSync(copy).sort()).toEqual(
    ['dynamodb.sqlite', 'executions', 'owner.lock', 'ring', 'sqs'].filter((name) =>
      existsSync(join(copy, name)),
    ),
  );
  expect(statSync(copy).mode & 0o777).toBe(0o700);
  expect(statSync(join(copy, 'dynamodb.sqlite')).mode & 0o777).toBe(0o600);
  const again = await open(copy);
  expect([await has(again, '2026-03-09'), await has(again, '2026-03-10')]).toEqual([true, false]);
  const { Messages } = await again.clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: await queueOf(again) }),
  );
  expect(Messages?.map(({ Body }) => Body)).toEqual(['one']);
});

test('a backup holds the connection only if asked, and never the keys of a process', async () => {
  const { services } = await filledFolder();
  const without = await readBackup(await services.backup(false), 'b.tgz');
  expect(without.hasCredentials).toBe(false);
  expect([...without.files.keys()].sort()).toEqual(['dynamodb.sqlite', 'ring', 'sqs/fauxqs.db']);
  const withThem = await readBackup(await services.backup(true), 'b.tgz');
  expect(withThem.hasCredentials).toBe(true);
  expect([...withThem.files.keys()].sort()).toEqual([
    'credentials.json',
    'dynamodb.sqlite',
    'ring',
    'sqs/fauxqs.db',
    'webhook.json',
  ]);
});

test('every cut and every changed byte of an archive is noticed', async () => {
  for (let cut = 0; cut < archive.length; cut += Math.ceil(archive.length / 25))
    await expect(readBackup(archive.subarray(0, cut), 'b.tgz')).rejects.toThrow(/^b\.tgz is not a backup/);
  const tar = gunzipSync(archive);
  for (let at = 600; at < tar.length; at += Math.ceil(tar.length / 40)) {
    const changed = Uint8Array.from(tar);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    // The padding after a file means nothing.
    if (
      Buffer.from(JSON.stringify(await contentOf(changed))).equals(
        Buffer.from(JSON.stringify(await contentOf(tar))),
      )
    )
      continue;
    await expect(readBackup(gzipSync(changed), 'b.tgz')).rejects.toThrow(/^b\.tgz is not a backup/);
  }
});

const contentOf = async (tar: Uint8Array): Promise<unknown> => {
  try {
    return (await unpackTar(tar, { strict: true })).map(({ header, data }) => [
      header.name,
      header.type,
      Buffer.from(data ?? []).toString('base64'),
    ]);
  } catch (error: unknown) {
    return String(error);
  }
};

test.each([
  ['that is no gzip file', () => Buffer.from('Date,Exercise\n'), 'it is not a gzip file'],
  ['that is empty', () => Buffer.alloc(0), 'it is not a gzip file'],
  [
    'that is cut off',
    () => archive.subarray(0, 1000),
    'it is damaged, incomplete, or not made by npm run backup',
  ],
  [
    'of other data',
    () => gzipSync('Date,Exercise\n'),
    'it is damaged, incomplete, or not made by npm run backup',
  ],
])('says in plain words that a file %s is no backup', async (_what, bytes, reason) => {
  await expect(readBackup(bytes(), 'b.tgz')).rejects.toThrow(
    `b.tgz is not a backup that can be restored: ${reason}.`,
  );
});

test.each([
  '../outside',
  '/etc/outside',
  'executions/../../outside.json',
  'executions/deep/outside.json',
  'runtime.json',
  'sqs/fauxqs.db-wal',
])('rejects an archive with the file %s', async (name) => {
  const { files } = await readBackup(archive, 'b.tgz');
  const hostile = await packBackup(new Map([...files, [name, Buffer.from('x')]]), '9', new Date());
  await expect(readBackup(hostile, 'b.tgz')).rejects.toThrow(
    `${JSON.stringify(name)} does not belong into one`,
  );
});

test('rejects an archive with a link, or with a file twice', async () => {
  const entries = await unpackTar(gunzipSync(archive));
  const others = entries.filter(({ header }) => header.name !== 'ring');
  const link = { header: { name: 'ring', size: 0, type: 'symlink' as const, linkname: '/etc/passwd' } };
  await expect(readBackup(gzipSync(await packTar([...others, link])), 'b.tgz')).rejects.toThrow(
    '"ring" in it is not a regular file',
  );
  const second = { header: { name: 'ring', size: 4 }, body: 'fake' };
  await expect(readBackup(gzipSync(await packTar([...entries, second])), 'b.tgz')).rejects.toThrow(
    '"ring" is twice in it',
  );
});

test('names a backup of a later version, a foreign archive, and content that would not open', async () => {
  const entries = await unpackTar(gunzipSync(archive));
  const withManifest = async (from: RegExp | string, to: string) => {
    const changed = entries.map(({ header, data }) => {
      const text = Buffer.from(data ?? [])
        .toString()
        .replace(from, to);
      return header.name === 'backup.json'
        ? { header: { ...header, size: text.length }, body: text }
        : { header, data };
    });
    return readBackup(gzipSync(await packTar(changed)), 'b.tgz');
  };
  await expect(withManifest('"format": 1', '"format": 2')).rejects.toThrow(
    'b.tgz is not a backup that can be restored: a later version of this software made it: update first.',
  );
  await expect(withManifest(/"made_at": "[^"]*"/, '"made_at": "yesterday"')).rejects.toThrow(
    'made_at in it is not an instant',
  );
  const foreign = gzipSync(await packTar([{ header: { name: 'a.txt', size: 1 }, body: 'a' }]));
  await expect(readBackup(foreign, 'b.tgz')).rejects.toThrow('it has no backup.json');

  const { files } = await readBackup(archive, 'b.tgz');
  const tables = Uint8Array.from(files.get('dynamodb.sqlite') ?? []);
  const at = Buffer.from(tables).indexOf('2026-03-09');
  tables[at] = (tables[at] ?? 0) ^ 1;
  const damaged = await packBackup(new Map([...files, ['dynamodb.sqlite', tables]]), '0', new Date());
  await expect(readBackup(damaged, 'b.tgz')).rejects.toThrow(/dynamodb\.sqlite in it: .*checksum/);
});

test('restores only into a new or empty folder, and leaves nothing after a failure', async () => {
  const { files } = await readBackup(archive, 'b.tgz');
  const parent = newFolder();
  const full = join(parent, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'notes.txt'), 'mine');
  expect(() => restoreBackup(files, full)).toThrow(`The data folder ${full} cannot be used: it is not empty`);
  expect(readdirSync(full)).toEqual(['notes.txt']);
  expect(() => restoreBackup(files, join(full, 'notes.txt'))).toThrow('it is a file, not a folder');

  const broken = new Map([...files, ['ring/ring', Buffer.from('')]]);
  expect(() => restoreBackup(broken, join(parent, 'new'))).toThrow(/cannot be used/);
  mkdirSync(join(parent, 'new.4711.new'));
  writeFileSync(join(parent, 'new.tgz'), 'kept');
  restoreBackup(files, join(parent, 'new'));
  mkdirSync(join(parent, 'empty'));
  symlinkSync('empty', join(parent, 'link'));
  restoreBackup(files, join(parent, 'link'));
  expect(readdirSync(parent).sort()).toEqual(['empty', 'full', 'link', 'new', 'new.tgz']);
  expect(readFileSync(join(parent, 'empty', 'ring'), 'utf8')).toBe('real');
});
