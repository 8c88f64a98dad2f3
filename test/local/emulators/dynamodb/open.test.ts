import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { DataFolderBroken } from '../../../../services/local/data-folder/errors.ts';
import { type DynamoDb, openDynamoDb } from '../../../../services/local/emulators/dynamodb/open.ts';
import { openTables } from '../../../../services/local/emulators/dynamodb/open-tables.ts';
import { createService } from '../../../../services/local/emulators/dynamodb/service.ts';
import { propertyRuns } from '../../../helpers/property-runs.ts';
import { damaged, PAGE } from '../../support/damage.ts';
import { newFolder, removeFolders } from '../../support/machine.ts';
import { call, createTable } from './call.ts';

const OLD_TABLES = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'data-folder-0.1', 'dynamodb');

const opened: DynamoDb[] = [];
const open = async (dataDir: string): Promise<DynamoDb> => {
  const dynamodb = await openDynamoDb(dataDir);
  opened.push(dynamodb);
  return dynamodb;
};

afterEach(async () => {
  await Promise.allSettled(opened.splice(0).map((each) => each.end()));
  removeFolders();
});

/** Opens the folder, runs `work` and closes it again. */
const withTables = async <T>(
  dataDir: string,
  work: (service: DynamoDb['service']) => Promise<T>,
): Promise<T> => {
  const dynamodb = await openDynamoDb(dataDir);
  try {
    return await work(dynamodb.service);
  } finally {
    await dynamodb.end();
  }
};

const item = (pk: string, text = 'x') => ({ pk: { S: pk }, text: { S: text } });
const put = (service: DynamoDb['service'], Item: object) =>
  call(service, 'PutItem', { TableName: 'Nights', Item });
const scan = async (service: DynamoDb['service'], TableName = 'Nights') =>
  (await call(service, 'Scan', { TableName })).reply;

/** Scans the tables without a thread, whose start would take most of the time. */
const scanHere = async (dataDir: string) => {
  const store = await openTables(dataDir);
  try {
    return await scan(createService(store, String));
  } finally {
    store.close();
  }
};

test('answers the calls in progress when the tables close, and rejects later ones', async () => {
  const dynamodb = await open(newFolder());
  await createTable(dynamodb.service, 'Nights');
  const underWay = Array.from({ length: 20 }, (_, index) => put(dynamodb.service, item(`${index}`)));
  const ended = dynamodb.end();
  await expect(put(dynamodb.service, item('late'))).rejects.toThrow('being closed');
  expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual(underWay.map(() => 200));
  await ended;
});

test('only the owner can read the file', async () => {
  const folder = newFolder();
  const { service } = await open(folder);
  await createTable(service, 'Nights');
  for (const file of ['dynamodb.sqlite', 'dynamodb.sqlite-wal'])
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
});

test('a write is in the files before it is acknowledged', async () => {
  const folder = newFolder();
  const { service } = await open(folder);
  await createTable(service, 'Nights');
  for (let index = 0; index < 10; index++) {
    await put(service, item(`${index}`));
    // What a crash of the process would leave.
    const copy = newFolder();
    for (const suffix of ['', '-wal'])
      cpSync(join(folder, `dynamodb.sqlite${suffix}`), join(copy, `dynamodb.sqlite${suffix}`));
    expect(await withTables(copy, scan)).toMatchObject({ Count: index + 1 });
  }
});

test('writes of one turn are committed together', async () => {
  const folder = newFolder();
  const { service } = await open(folder);
  await createTable(service, 'Nights');
  const log = join(folder, 'dynamodb.sqlite-wal');
  const grown = async (work: () => Promise<unknown>) => {
    const before = statSync(log).size;
    await work();
    return statSync(log).size - before;
  };
  const together = await grown(() =>
    Promise.all(Array.from({ length: 10 }, (_, i) => put(service, item(`a${i}`)))),
  );
  const oneByOne = await grown(async () => {
    for (let index = 0; index < 10; index++) await put(service, item(`b${index}`));
  });
  // Each commit writes the changed page once.
  expect(oneByOne).toBeGreaterThan(5 * together);
});

describe('a damaged file', () => {
  /** A folder whose file has several hundred pages. */
  const filled = async (): Promise<{ folder: string; file: string }> => {
    const folder = newFolder();
    await withTables(folder, async (service) => {
      await createTable(service, 'Nights');
      await Promise.all(
        Array.from({ length: 300 }, (_, index) => put(service, item(`night-${index}`, 'value '.repeat(200)))),
      );
    });
    return { folder, file: join(folder, 'dynamodb.sqlite') };
  };

  const overwrite = (file: string, position: number, bytes: Buffer): void => {
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, bytes, 0, bytes.length, position);
  };

  test.each<[string, (file: string) => void]>([
    ['is no database', (file) => writeFileSync(file, 'not a database, not a database, not a database')],
    ['is empty', (file) => writeFileSync(file, '')],
    ['was cut off', (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096)],
    ['lost its first page', (file) => overwrite(file, 0, Buffer.alloc(4096))],
    ['lost pages in the middle', (file) => overwrite(file, 4096 * 20, Buffer.alloc(4096 * 40))],
  ])('is rejected by name if it %s', async (_case, damage) => {
    const { folder, file } = await filled();
    damage(file);
    await expect(open(folder)).rejects.toThrow(DataFolderBroken);
    await expect(open(folder)).rejects.toThrow('dynamodb.sqlite');
  });

  test('is reported by name if it is damaged while it is open', async () => {
    const { folder, file } = await filled();
    const { service } = await open(folder);
    const position = readFileSync(file).indexOf('value value', 4096 * 100);
    overwrite(file, position, Buffer.from('VALUE'));
    const { status, reply } = await call(service, 'Scan', { TableName: 'Nights' });
    expect(status).toBe(500);
    expect(reply.message).toContain('dynamodb.sqlite is damaged');
    expect(reply.message).toContain(folder);
  });

  test('has exactly the right data, or is reported by name, whatever was damaged', async () => {
    const { folder: intact, file: intactFile } = await filled();
    const right = (await withTables(intact, scan)).Items;
    const content = readFileSync(intactFile);
    const size = content.length;
    /** The first pages hold the definitions. */
    const position = fc.oneof(fc.nat(size - 1), fc.nat(PAGE * 4 - 1));
    const page = fc.nat(size / PAGE - 1).map((number) => PAGE * number);
    const damages = fc.oneof(
      fc.record({ at: position, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
      fc.record({ at: page, bytes: fc.constant(new Uint8Array(PAGE)) }),
      fc.record({ at: page, from: page }),
      fc.record({ length: fc.nat(size - 1) }),
    );
    let reported = 0;
    await fc.assert(
      fc.asyncProperty(damages, async (damage) => {
        const folder = newFolder();
        const file = join(folder, 'dynamodb.sqlite');
        writeFileSync(file, damaged(content, damage));
        try {
          expect(await scanHere(folder)).toMatchObject({ Count: 300, Items: right });
        } catch (error: unknown) {
          if (!(error instanceof DataFolderBroken)) throw error;
          expect(error.message).toContain('dynamodb.sqlite');
          reported++;
        } finally {
          rmSync(folder, { recursive: true });
        }
      }),
      propertyRuns(200),
    );
    expect(reported).toBeGreaterThan(0);
  });
});

describe('the tables of a version before 0.3', () => {
  const TABLES = ['OuraSleepTable', 'OuraSyncTable'];
  const copyOfOld = (): string => {
    const folder = newFolder();
    cpSync(OLD_TABLES, join(folder, 'dynamodb'), { recursive: true });
    return folder;
  };
  const everything = (dataDir: string) =>
    withTables(dataDir, (service) => Promise.all(TABLES.map((name) => scan(service, name))));

  test('are copied, and the originals stay', async () => {
    const folder = copyOfOld();
    const [nights, sync] = await everything(folder);
    expect(nights.Count).toBe(2);
    expect(sync.Count).toBeGreaterThan(2);
    expect(existsSync(join(folder, 'dynamodb'))).toBe(false);
    expect(existsSync(join(folder, 'dynamodb.before-0.3', 'CURRENT'))).toBe(true);
  });

  test('are copied again if a copy was interrupted', async () => {
    const complete = await everything(copyOfOld());
    const folder = copyOfOld();
    writeFileSync(join(folder, 'dynamodb.sqlite.new'), 'half a file');
    expect(await everything(folder)).toEqual(complete);
    const moved = copyOfOld();
    renameSync(join(moved, 'dynamodb'), join(moved, 'dynamodb.before-0.3'));
    expect(await everything(moved)).toEqual(complete);
  });

  test('survive a kill at any moment of the copy', async () => {
    const complete = await everything(copyOfOld());
    const module = pathToFileURL(
      join(import.meta.dirname, '../../../../services/local/emulators/dynamodb/open.ts'),
    );
    const script = `const { openDynamoDb } = await import('${module}'); process.send('open');
      await openDynamoDb(process.argv[1]); process.send('done'); setInterval(() => {}, 1000);`;
    for (const afterMs of [0, 40, 120, 250]) {
      const folder = copyOfOld();
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await once(child, 'message');
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await everything(folder)).toEqual(complete);
    }
  }, 60_000);

  test('are left alone beside tables of this version', async () => {
    const folder = newFolder();
    await withTables(folder, (service) => createTable(service, 'Nights'));
    cpSync(OLD_TABLES, join(folder, 'dynamodb'), { recursive: true });
    await withTables(folder, async (service) =>
      expect((await call(service, 'ListTables', {})).reply).toEqual({ TableNames: ['Nights'] }),
    );
    expect(existsSync(join(folder, 'dynamodb', 'CURRENT'))).toBe(true);
  });

  test('are copied without a table whose creation a kill interrupted', async () => {
    const folder = newFolder();
    const { Level } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('level');
    const level = new Level(join(folder, 'dynamodb'), { valueEncoding: 'json' });
    const key = {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    };
    await level.put('table~Half', { TableName: 'Half', TableStatus: 'CREATING', ...key });
    await level.put('table~Whole', { TableName: 'Whole', TableStatus: 'ACTIVE', ...key });
    await level.close();
    const { service } = await open(folder);
    expect((await call(service, 'ListTables', {})).reply).toEqual({ TableNames: ['Whole'] });
  });

  test('are rejected by name if they are damaged', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'dynamodb'));
    writeFileSync(join(folder, 'dynamodb', 'CURRENT'), 'garbage');
    await expect(open(folder)).rejects.toThrow(DataFolderBroken);
    await expect(open(folder)).rejects.toThrow('dynamodb: ');
    expect(existsSync(join(folder, 'dynamodb', 'CURRENT'))).toBe(true);
    expect(existsSync(join(folder, 'dynamodb.sqlite'))).toBe(false);
  });
});
