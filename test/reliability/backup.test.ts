import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { readBackup } from '../../services/local/backup/archive.ts';
import { restoreBackup } from '../../services/local/backup/restore-backup.ts';
import { openBytes } from '../../services/local/emulators/open-bytes.ts';
import type { LocalRuntime } from '../../services/local/start.ts';
import { outputOf } from '../../services/operations/stack.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { addDays } from '../../shared/core/day.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { runBackfill } from '../helpers/run-backfill.ts';
import { report, secondsSince } from './support/figures.ts';
import { LAST_OVER, NOON, STANDING_CLOCK, startPipeline, TIME_ZONE } from './support/pipeline.ts';
import { chanceOf, SEED } from './support/seed.ts';
import { comparable, readTables } from './support/tables.ts';

const DAYS = 200;
const RANGE = { from: addDays(LAST_OVER, 1 - DAYS), to: LAST_OVER };
const BACKUPS = 12;
const KILLS = 12;
const MAIN = join(import.meta.dirname, '..', '..', 'services', 'cli', 'main.ts');

const clock = clockFrom(NOON);
const home = mkdtempSync(join(tmpdir(), 'oura-sleep-sync-backup-'));
/** A folder with the whole range. */
const filled = join(home, 'filled');
let ring: Awaited<ReturnType<typeof startRingSimulator>>;

const start = (dataDir: string): Promise<LocalRuntime> =>
  startPipeline({ dataDir, clock, baseUrl: ring.url, settings: { batchSize: 20 } });

const archives: Uint8Array[] = [];
beforeAll(async () => {
  ring = await startRingSimulator({
    timeZone: TIME_ZONE,
    clock: STANDING_CLOCK,
    seed: SEED,
    scenario: 'forgetful',
    latencyMs: 100,
    pageSize: 20,
  });
  const runtime = await start(filled);
  let done = false;
  const backfill = runBackfill(runtime, clock, RANGE).finally(() => {
    done = true;
  });
  while (!done) {
    archives.push(await runtime.backup(false));
    await sleep(50);
  }
  await backfill;
  await runtime.stop();
});
afterAll(async () => {
  await ring.stop();
  rmSync(home, { recursive: true });
});

let folders = 0;
const restored = async (archive: Uint8Array): Promise<string> => {
  const dataDir = join(home, `restored-${folders++}`);
  restoreBackup((await readBackup(archive, 'backup.tgz')).files, dataDir);
  return dataDir;
};

const tablesIn = async (dataDir: string) => {
  const runtime = await start(dataDir);
  try {
    await runBackfill(runtime, clock, RANGE);
    await runtime.idle();
    return await readTables(runtime, clock);
  } finally {
    await runtime.stop();
  }
};

test('a backup of any moment of a backfill, restored and continued, ends with the same nights, states and empty queues', async () => {
  const begun = performance.now();
  const expected = await tablesIn(filled);
  expect(expected.nights.length).toBeGreaterThan(DAYS * 0.7);
  const chosen = archives.filter((_, index) => index % Math.ceil(archives.length / BACKUPS) === 0);
  expect(chosen.length).toBeGreaterThan(BACKUPS / 2);
  const sizes = new Set<number>();
  for (const archive of chosen) {
    const dataDir = await restored(archive);
    sizes.add(statSync(join(dataDir, 'dynamodb.sqlite')).size);
    const tables = await tablesIn(dataDir);
    expect(comparable(tables)).toEqual(comparable(expected));
    expect(tables.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
    rmSync(dataDir, { recursive: true });
  }
  // The moments differ.
  expect(sizes.size).toBeGreaterThan(1);
  report({
    what: 'backup: during a backfill',
    dates: DAYS,
    injected: chosen.length,
    stored: expected.nights.length,
    no_data: DAYS - expected.nights.length,
    parked: 0,
    lost: 0,
    seconds: secondsSince(begun),
    note: `${archives.length} made`,
  });
});

test('a backup shows tables and queues at one moment, whichever is written first', async () => {
  const dataDir = join(home, 'one-moment');
  const runtime = await start(dataDir);
  const { clients, outputs } = runtime;
  const QueueUrl = outputOf({ outputs }, OUTPUT.parkedQueueUrl);
  const TableName = outputOf({ outputs }, OUTPUT.ouraSyncTable);
  const put = (pk: string) => clients.dynamodb.send(new PutCommand({ TableName, Item: { pk } }));
  let stopped = false;
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !stopped; n++) {
      const id = `${writer}-${n}`;
      await put(`before#${id}`);
      await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: id }));
      const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      for (const { ReceiptHandle, Body } of Messages) {
        await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        await put(`deleted#${Body}`);
      }
    }
  };
  const writers = [0, 1, 2].map(write);
  let messages = 0;
  try {
    for (let n = 0; n < 40; n++) {
      await sleep(20);
      const { files } = await readBackup(await runtime.backup(false), 'backup.tgz');
      const queues = openBytes(files.get('sqs/fauxqs.db') ?? new Uint8Array());
      const sent = new Set(
        queues
          .prepare('SELECT body FROM sqs_messages')
          .all()
          .map(({ body }) => String(body)),
      );
      queues.close();
      const text = Buffer.from(files.get('dynamodb.sqlite') ?? []).toString('latin1');
      const keys = (kind: string) =>
        new Set([...text.matchAll(new RegExp(`"pk":\\{"S":"${kind}#([0-9-]+)"`, 'g'))].map(([, id]) => id));
      const [before, deleted] = ['before', 'deleted'].map(keys);
      messages += sent.size;
      expect([...sent].filter((id) => !before?.has(id))).toEqual([]);
      expect([...(deleted ?? [])].filter((id) => sent.has(id ?? ''))).toEqual([]);
    }
  } finally {
    stopped = true;
    await Promise.all(writers);
    await runtime.stop();
  }
  expect(messages).toBeGreaterThan(10);
});

/** Runs a command. @param limitKb the largest file that it may write, as on a full disk */
const running = (args: readonly string[], limitKb?: number) => {
  const command = [process.execPath, MAIN, ...args];
  const child =
    limitKb === undefined
      ? spawn(command[0] ?? '', command.slice(1))
      : spawn('bash', ['-c', `ulimit -f ${limitKb}; exec "$@"`, 'bash', ...command]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.resume();
  return {
    kill: () => child.kill('SIGKILL'),
    ended: once(child, 'close').then(([code]) => ({ code, stderr })),
  };
};

test(`${KILLS} kills of backup and of restore leave the whole or nothing under the name`, async () => {
  const chance = chanceOf('backup');
  const folder = mkdtempSync(join(home, 'kills-'));
  const out = join(folder, 'backup.tgz');
  const copy = join(folder, 'copy');
  const backup = ['backup', '--force', '--data-dir', filled, '--out', out];
  const restore = ['restore', '--from', out, '--data-dir', copy];
  const timed = async (args: readonly string[]) => {
    const begun = performance.now();
    expect(await running(args).ended).toEqual({ code: 0, stderr: '' });
    return performance.now() - begun;
  };
  const [backupMs, restoreMs] = [await timed(backup), await timed(restore)];
  rmSync(copy, { recursive: true });
  const whole = (await readBackup(readFileSync(out), out)).files;
  for (let kills = 0; kills < KILLS; kills++) {
    if (kills % 2 === 0) rmSync(out, { force: true });
    const victim = running(backup);
    await sleep((0.5 + chance() * 0.6) * backupMs);
    victim.kill();
    await victim.ended;
    if (existsSync(out)) expect((await readBackup(readFileSync(out), out)).files.size).toBe(whole.size);
  }
  await timed(backup);
  expect(readdirSync(folder)).toEqual(['backup.tgz']);

  for (let kills = 0; kills < KILLS; kills++) {
    const victim = running(restore);
    await sleep((0.5 + chance() * 0.6) * restoreMs);
    victim.kill();
    await victim.ended;
    if (!existsSync(copy)) continue;
    for (const [path, bytes] of whole)
      if (!/sqlite|\.db$/.test(path)) expect(readFileSync(join(copy, path))).toEqual(Buffer.from(bytes));
    rmSync(copy, { recursive: true });
  }
  await timed(restore);
  expect(readdirSync(folder).sort()).toEqual(['backup.tgz', 'copy']);
});

test('a full disk ends backup and restore with one sentence, and leaves nothing', async () => {
  const folder = mkdtempSync(join(home, 'full-'));
  const out = join(folder, 'backup.tgz');
  const backup = ['backup', '--data-dir', filled, '--out', out];
  for (const limitKb of [1, 20, 50]) {
    const { code, stderr } = await running(backup, limitKb).ended;
    expect(code).toBeGreaterThan(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  }
  expect(await running(backup).ended).toMatchObject({ code: 0 });
  for (const limitKb of [1, 50, 200]) {
    const { code, stderr } = await running(
      ['restore', '--from', out, '--data-dir', join(folder, 'copy')],
      limitKb,
    ).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^The data folder .* cannot be used: .*\n$/);
    expect(readdirSync(folder)).toEqual(['backup.tgz']);
  }
});
