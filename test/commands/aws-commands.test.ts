import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createClients } from '../../services/local/emulators/clients.ts';
import { addDays, dayIn } from '../../shared/core/day.ts';
import { shownAt } from '../../shared/core/wall-time.ts';
import { type AwsFront, startAwsFront } from '../helpers/aws-front.ts';
import {
  type DataFolder,
  type Running,
  runCommand,
  startCommand,
  temporaryDataDir,
} from '../helpers/command.ts';
import { openSession } from '../helpers/page-session.ts';
import { runtimeOf } from '../helpers/runtime-of.ts';

// These commands find a deployed stack through CloudFormation. Here a stub of it describes a local pipeline. The time is not
// pinned, because commands with --aws use the real clock, and runs expire.
const HALF_DAY_MS = 12 * 3_600_000;
const LONGEST_MS = 10 * 60_000;
const HERE = 'America/Los_Angeles';
const untilNoonOrMidnight = HALF_DAY_MS - (shownAt(HERE, Date.now()) % HALF_DAY_MS);
/** Where it becomes neither noon, with the daily run, nor midnight during the tests. */
const ZONE = untilNoonOrMidnight > LONGEST_MS ? HERE : 'Asia/Tokyo';
const TODAY = dayIn(ZONE, Date.now());
let front: AwsFront;
let pipeline: Running;
let runtime: ReturnType<typeof runtimeOf>;
let outputs: Record<string, string>;
let env: Record<string, string>;
let dataDir: DataFolder;

beforeAll(async () => {
  dataDir = await temporaryDataDir();
  front = await startAwsFront();
  // Dates that are over, so that each counts, with a night or without.
  const args = [
    '--from',
    addDays(TODAY, -120),
    '--to',
    addDays(TODAY, -1),
    '--ring',
    'forgetful',
    '--time-zone',
    ZONE,
    ...dataDir.option,
  ];
  pipeline = startCommand(['start', ...args]);
  await pipeline.printed('Next sync');
  runtime = runtimeOf(dataDir.path);
  ({ outputs } = runtime);
  env = front.env(runtime.endpoint, runtime);
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs };
});
afterAll(async () => {
  pipeline.process.kill('SIGINT');
  await pipeline.ended;
  await front[Symbol.asyncDispose]();
  await dataDir.remove();
});
afterEach(() => {
  front.account.refused = {};
});

const aws = (args: string[], more: Record<string, string> = {}) =>
  runCommand([...args, '--aws'], { ...env, ...more });
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await aws([...args, '--format', 'json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

test('status, export and failures print the data of the deployed stack', async () => {
  const [status, nights, failures] = await Promise.all([json('status'), json('export'), json('failures')]);
  expect(status).toMatchObject({
    last_run: { trigger: 'manual', counts: { planned: 120, failed: 0 } },
    nights: { stored: nights.length },
    queues: { work: 0, dead_letter: 0, parked: 0 },
  });
  expect(nights.length).toBeGreaterThan(15);
  expect(failures).toEqual([]);
});

test('dashboard serves the page of the deployed stack and shows its next sync', async () => {
  const dashboard = startCommand(['dashboard', '--port', '0', '--aws'], env);
  const address = await new Promise<string>((resolve) => {
    dashboard.process.stdout?.on('data', (text: string) => resolve(/http:\S+/.exec(text)?.[0] ?? ''));
  });
  const { url, headers } = await openSession(address);
  const overview = await fetch(`${url}/api/overview`, { headers });
  expect(await overview.json()).toMatchObject({
    source: 'the deployed stack OuraSleepSync',
    simulated: false,
    newest: expect.any(String),
    next_sync: expect.stringMatching(/^\d{4}-/),
    read_only: null,
  });
  const calendar = await fetch(`${url}/api/calendar?year=${TODAY.slice(0, 4)}`, { headers });
  expect(calendar.status).toBe(200);
  dashboard.process.kill('SIGINT');
  expect((await dashboard.ended).code).toBe(0);
});

test('export --follow writes the nights of the deployed stack, and ends at SIGTERM', async () => {
  const folder = join(dirname(dataDir.path), 'followed');
  const args = ['export', '--follow', folder, '--format', 'sqlite', '--aws'];
  const follower = startCommand(args, env);
  await follower.said('Up to date.');
  follower.process.kill('SIGTERM');
  expect(await follower.ended).toMatchObject({ code: 0, stdout: '' });
  using database = new DatabaseSync(join(folder, 'oura-sleep.sqlite'), { readOnly: true });
  const dates = database.prepare('SELECT date FROM nights').all();
  expect(dates).toEqual((await json('export')).map(({ date }: { date: string }) => ({ date })));
});

test('workouts and features print the data of the deployed stack', async () => {
  const [days, rows] = await Promise.all([json('workouts'), json('features')]);
  expect(days.length).toBeGreaterThan(40);
  expect(rows.at(-1)).toHaveProperty('training_load_ratio');
});

test("does not import workouts into another application's table", async () => {
  const file = join(dirname(dataDir.path), 'sets.json');
  await writeFile(file, '[]');
  const owner = { ...outputs, WorkoutsTableOwner: 'another application', WorkoutsTableName: 'GainsIQSets' };
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs: owner };
  const refused = await aws(['workouts', 'import', file]);
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs };
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/^The table GainsIQSets belongs to another application .*\n$/);
  expect(await aws(['workouts', 'import', file])).toMatchObject({ code: 0 });
});

test('gaps uses the deployed look-back, not the local one', async () => {
  const next = async () => {
    const rows: { date: string; settled: boolean; next_check_on: string | null; next: string }[] =
      await json('gaps');
    return rows.filter(({ date, settled }) => !settled && date < addDays(TODAY, -7));
  };
  const week = await next();
  expect(week.length).toBeGreaterThan(0);
  expect(new Set(week.map(({ next_check_on }) => next_check_on))).toEqual(new Set([null]));
  expect(week[0]?.next).toMatch(/npm run backfill -- --from (\S+) --to \1 --again --aws/);
  const year = { status: 'CREATE_COMPLETE', outputs: { ...outputs, LookBackDays: '365' } };
  front.account.stacks['OuraSleepSync'] = year;
  const rechecked = await next();
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs };
  expect(new Set(rechecked.map(({ next_check_on }) => next_check_on))).toEqual(new Set([addDays(TODAY, 1)]));
});

test('start --once runs on the deployed stack, follows the run and reports it', async () => {
  const range = ['--from', addDays(TODAY, -202), '--to', addDays(TODAY, -200)];
  const run = await aws(['start', '--once', ...range]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toContain('Run       arn:aws:states:');
  expect(run.stdout).toMatch(/^\d{4}-\d{2}-\d{2} {2}(stored|no data)$/m);
  expect(run.stdout).toMatch(/Run manual-\S+: complete\. \d nights? written/);
  expect(await json('status')).toMatchObject({
    last_run: { status: 'complete', counts: { planned: 3, pending: 0, failed: 0 } },
  });
});

test('backfill requests missing dates run by run, and a second backfill requests nothing', async () => {
  const range = ['--from', addDays(TODAY, -330), '--to', addDays(TODAY, -300)];
  const first = await aws(['backfill', ...range]);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('31 dates to request');
  expect(first.stdout).toMatch(/^31 of 31 dates finished: \d+ nights written/m);
  expect(first.stdout).toMatch(/^[1-9]\d* requests to Oura/m);
  const second = await aws(['backfill', ...range]);
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(second.stdout).toContain('Nothing to request');
});

test('redrive moves parked messages and waits until they settle', async () => {
  const clients = createClients(runtime.endpoint, runtime);
  const body = { version: 1, run_id: 'long-gone', date: addDays(TODAY, -300), reason: 'missing' };
  await clients.sqs.send(
    new SendMessageCommand({ QueueUrl: outputs['ParkedQueueUrl'], MessageBody: JSON.stringify(body) }),
  );
  clients.destroy();
  const dry = await aws(['redrive', '--dry-run']);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('Parked: 1 message. Nothing was moved.');
  const moved = await aws(['redrive']);
  expect(moved).toMatchObject({ code: 0, stderr: '' });
  expect(moved.stdout).toContain('Moved 1 of 1');
  expect(moved.stdout).toContain('1 date settled, 0 failed again');
});

test('failures lists a malformed message, and redrive discards it', async () => {
  const clients = createClients(runtime.endpoint, runtime);
  await clients.sqs.send(
    new SendMessageCommand({ QueueUrl: outputs['ParkedQueueUrl'], MessageBody: 'no json' }),
  );
  clients.destroy();
  expect((await aws(['failures'])).stdout).toContain('npm run redrive -- --discard-malformed --aws');
  const discarded = await aws(['redrive', '--discard-malformed', '--yes', ...dataDir.option]);
  expect(discarded).toMatchObject({ code: 0, stderr: '' });
  const [path = ''] = /\S+\.jsonl/.exec(discarded.stdout) ?? [];
  expect(dirname(path)).toBe(join(dataDir.path, 'discarded'));
  expect(await readFile(path, 'utf8')).toContain('no json');
  expect(await json('failures')).toEqual([]);
});

test('--stack implies --aws', async () => {
  const status = await runCommand(['status', '--stack', 'OuraSleepSync'], env);
  expect(status).toMatchObject({ code: 0, stderr: '' });
  const ring = ['redrive', '--stack', 'OuraSleepSync', '--ring', 'down'];
  expect(await runCommand(ring, env)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^option '--aws' cannot be used with option '--ring <kind>'\.\n$/),
  });
});

const refusals: [string, string[], Record<string, string>, RegExp][] = [
  ['start --aws without --once', ['start'], {}, /needs --once/],
  ['a simulated ring on AWS', ['start', '--once', '--ring', 'down'], {}, /--aws.*--ring/],
  ['a future date in the deployed time zone', ['start', '--once', '--to', '2099-01-01'], {}, /2099.*future/],
  ['a missing region', ['status'], { AWS_REGION: '' }, /AWS_REGION/],
  [
    'a missing login',
    ['status'],
    { AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' },
    /credentials.*AWS_PROFILE/,
  ],
  ['a missing stack', ['gaps', '--stack', 'Elsewhere'], {}, /no stack Elsewhere.*npm run deploy/],
  [
    'unreachable AWS',
    ['status'],
    { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' },
    /cannot be reached/,
  ],
];
test.each(refusals)('rejects %s in one sentence with exit code 2', async (_what, args, env, sentence) => {
  const { code, stdout, stderr } = await aws(args, env);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('names a missing permission in one sentence with exit code 2', async () => {
  front.account.refused = { DescribeStacks: 'AccessDenied' };
  const { code, stdout, stderr } = await aws(['status']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/denies access.*DescribeStacks/);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
