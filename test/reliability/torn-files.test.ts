import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { storedInFolder } from '../../services/cli/target/folder-credentials.ts';
import { ringOfFolder } from '../../services/cli/target/ring-of-folder.ts';
import { zoneOf } from '../../services/cli/target/time-zone.ts';
import { UsageError } from '../../services/cli/usage-error.ts';
import { DataFolderBroken } from '../../services/local/data-folder/errors.ts';
import { openExecutionFiles } from '../../services/local/data-folder/execution-files.ts';
import { readLogGap } from '../../services/local/data-folder/log-lines.ts';
import { findRunning } from '../../services/local/data-folder/runtime-file.ts';
import { savedTemplate } from '../../services/local/data-folder/saved-template.ts';
import { openTables } from '../../services/local/emulators/dynamodb/open-tables.ts';
import { openSqs } from '../../services/local/emulators/sqs.ts';
import { type DataFolder, runCommand, temporaryDataDir } from '../helpers/command.ts';
import { report, secondsSince } from './support/figures.ts';

// Each state file of a folder, cut at every 64th byte: its reader finds all of it, or says that it does not know.

const STEP = 64;
const START = ['start', '--once', '--now', '2026-03-10T12:00:00-07:00', '--time-zone', 'Europe/Berlin'];
const CONNECTION = {
  client_id: 'id',
  client_secret: 'secret',
  access_token: 'access',
  refresh_token: 'refresh',
  expires_at: '2026-03-11T00:00:00.000Z',
  refreshed_at: null,
  scopes: ['daily'],
};
const GAP = { since: '2026-03-09T00:00:00.000Z', lines: 3, reason: 'no space left', resumed: null };

let folder: DataFolder;
beforeAll(async () => {
  folder = await temporaryDataDir();
  const { code, stderr } = await runCommand([...START, ...folder.option]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  writeFileSync(join(folder.path, 'credentials.json'), JSON.stringify(CONNECTION));
  writeFileSync(join(folder.path, 'log-gap.json'), JSON.stringify(GAP));
});
afterAll(() => folder.remove());

/** A reader's answer: `undefined`, a value, or the name of the error that it may throw. */
const answerOf = async (read: () => unknown): Promise<unknown> => {
  try {
    return await read();
  } catch (error: unknown) {
    if (error instanceof DataFolderBroken || error instanceof UsageError) return error.name;
    throw error;
  }
};

/** The number of items in each table. */
const itemsIn = async (dataDir: string): Promise<readonly (number | undefined)[]> => {
  const store = await openTables(dataDir);
  try {
    return store.names().map((name) => {
      const table = store.table(name);
      return table && store.measure(table).count;
    });
  } finally {
    store.close();
  }
};

/** The reader of each file, and what it may answer instead of the whole. */
const READERS: readonly (readonly [
  file: string,
  read: (dataDir: string) => unknown,
  unknowns: readonly unknown[],
])[] = [
  ['ring', ringOfFolder, ['unknown']],
  ['time-zone', (dataDir) => zoneOf({ dataDir }, 'Asia/Tokyo').timeZone, ['UsageError']],
  ['template.json', savedTemplate, [undefined]],
  [
    'log-gap.json',
    (dataDir) => readLogGap(dataDir, Date.parse(GAP.since)),
    [{ since: null, lines: null, reason: null, resumed: null }],
  ],
  ['credentials.json', (dataDir) => storedInFolder(dataDir).kind, ['unusable']],
  ['runtime.json', (dataDir) => findRunning(dataDir), [undefined]],
  ['dynamodb.sqlite', itemsIn, ['DataFolderBroken']],
  ['sqs/fauxqs.db', async (dataDir) => (await openSqs(dataDir)).end(), ['DataFolderBroken']],
];

/** Calls `check` with each cut of a file, and restores the file. */
const atEachCut = async (file: string, check: (bytes: number) => Promise<void>): Promise<number> => {
  const path = join(folder.path, file);
  if (!existsSync(path)) writeFileSync(path, '{}');
  const whole = readFileSync(path);
  let cuts = 0;
  for (let bytes = 0; bytes < whole.length; bytes += STEP) {
    writeFileSync(path, whole.subarray(0, bytes));
    await check(bytes);
    cuts += 1;
  }
  writeFileSync(path, whole);
  return cuts;
};

test.each(READERS)('%s is whole, or unknown', async (file, read, unknowns) => {
  const begun = performance.now();
  const whole = await answerOf(() => read(folder.path));
  const cuts = await atEachCut(file, async (bytes) => {
    const answer = await answerOf(() => read(folder.path));
    expect({ bytes, answer, allowed: [whole, ...unknowns] }).toEqual({
      bytes,
      answer,
      allowed: expect.arrayContaining([answer]),
    });
  });
  expect(cuts).toBeGreaterThan(0);
  report({
    ...{ what: `${file}, cut`, dates: 0, injected: cuts, stored: 0, no_data: 0, parked: 0, lost: 0 },
    seconds: secondsSince(begun),
  });
});

test('a history that is cut is set aside, and the others are read', async () => {
  const [name = ''] = readdirSync(join(folder.path, 'executions'));
  await atEachCut(join('executions', name), async () => {
    const sentences: string[] = [];
    openExecutionFiles(folder.path, (sentence) => void sentences.push(sentence));
    expect(sentences).toEqual([expect.stringContaining(`executions/${name} is damaged`)]);
  });
  rmSync(join(folder.path, 'damaged'), { recursive: true });
});

test.each(['ring', 'template.json', 'time-zone', 'rules-version', 'dynamodb.sqlite', 'sqs/fauxqs.db'])(
  'no command ends in a stack trace, or without all nights and without a word, if %s is cut in half',
  async (file) => {
    const copy = await temporaryDataDir();
    await cp(folder.path, copy.path, { recursive: true });
    rmSync(join(copy.path, 'credentials.json'));
    const path = join(copy.path, file);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, Math.floor(whole.length / 2 / STEP) * STEP));
    const { code, stdout, stderr } = await runCommand(['export', ...copy.option]);
    expect(stderr).not.toMatch(/^ +at |Unexpected error/m);
    if (code === 0) expect(JSON.parse(stdout)).toHaveLength(7);
    else expect(stderr).toContain(file);
    await copy.remove();
  },
);
