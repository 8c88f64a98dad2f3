import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { addDays, dayIn, daysFrom } from '../../shared/core/day.ts';
import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import { sleepRecordSchema } from '../../shared/core/sleep-record.ts';
import { freshDataFolder, nightsIn, runCommand, startCommand } from '../helpers/command.ts';

const TODAY = '2026-03-10';
const AT_NOON = ['--now', `${TODAY}T12:00:00-07:00`];
const WEEK = daysFrom(addDays(TODAY, -6), TODAY);

const dataDir = freshDataFolder();

test('with no account, the first run stores the last seven nights of the simulated ring and exits 0', async () => {
  const today = () => dayIn('America/Los_Angeles', Date.now());
  const before = today();
  const run = await runCommand(['start', '--once', ...dataDir.option]);
  const after = today();
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const nights = await nightsIn(dataDir);
  // Midnight can pass before the plan, or between the plan and its requests: then the night of the new day is there, too.
  const weeks = [
    [before, before],
    [before, after],
    [after, after],
  ] as const;
  expect(weeks.map(([planned, last]) => daysFrom(addDays(planned, -6), last))).toContainEqual(
    nights.map(({ date }: { date: string }) => date),
  );
  expect(run.stdout).toContain(`complete. ${nights.length} nights written`);
  for (const night of nights) {
    expect(sleepRecordSchema.isValidSync(night)).toBe(true);
    expect(METRIC_NAMES.filter((metric) => !(metric in night))).toEqual([]);
  }
});

test('while start runs, export and status answer, any AWS client can look in, and Ctrl-C stops cleanly; a second run writes nothing', async () => {
  const start = startCommand(['start', ...AT_NOON, ...dataDir.option]);
  await start.printed('Next sync');
  const nights = await nightsIn(dataDir);
  expect(nights.map(({ date }: { date: string }) => date)).toEqual(WEEK);
  const status = await runCommand(['status', '--format', 'json', ...dataDir.option]);
  expect(JSON.parse(status.stdout)).toMatchObject({
    last_run: { status: 'complete', trigger: 'manual', counts: { planned: 7, stored: 7 } },
    nights: { stored: 7, first: WEEK[0], last: TODAY },
    queues: { work: 0, dead_letter: 0, parked: 0 },
  });

  const rejected = await runCommand(['start', '--once', ...dataDir.option]);
  expect(rejected).toMatchObject({ code: 2 });
  expect(rejected.stderr).toMatch(/in use by process \d+ /);
  expect(rejected.stderr.trim().split('\n')).toHaveLength(1);

  const { stdout } = await runCommand(['endpoint', ...dataDir.option]);
  const env = Object.fromEntries([...stdout.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, ...pair]) => pair));
  expect(JSON.parse((await runCommand(['endpoint', '--format', 'json', ...dataDir.option])).stdout)).toEqual(
    env,
  );
  const aws = {
    endpoint: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
  };
  expect((await new DynamoDBClient(aws).send(new ListTablesCommand())).TableNames).toEqual(
    expect.arrayContaining(['OuraSleepTable', 'OuraSyncTable', 'WorkoutsTable']),
  );
  expect((await new SQSClient(aws).send(new ListQueuesCommand())).QueueUrls).toHaveLength(3);

  start.process.kill('SIGINT');
  expect(await start.ended).toMatchObject({ code: 0, signal: null, stderr: '' });

  expect(await runCommand(['endpoint', ...dataDir.option])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^No process serves .*: run npm start .* first\.\n$/),
  });
  const second = await runCommand(['start', '--once', ...AT_NOON, ...dataDir.option]);
  expect(second.code).toBe(0);
  expect(second.stdout).toContain('0 nights written');
  expect(await nightsIn(dataDir)).toEqual(nights);
}, 120_000);
