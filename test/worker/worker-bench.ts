import type { SQSRecord } from 'aws-lambda';
import { createHandler } from '../../services/worker/handler.ts';
import { readDayStates } from '../../shared/aws/store/day-states.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { createRuns, type OpenRun, type Runs } from '../../shared/aws/store/runs.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import type { Env } from '../../shared/core/env.ts';
import type { DayEntry } from '../../shared/core/ledger.ts';
import { ENV, LOGICAL_ID } from '../../shared/core/names.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';
import { type FixtureOura, type FixtureRecords, startFixtureOura } from '../helpers/fixture-oura.ts';
import { forEachTest } from '../helpers/for-each-test.ts';
import { workBody } from '../helpers/queues.ts';

/** The result of one invocation of the worker. */
export interface Delivery {
  readonly records: readonly SQSRecord[];
  /** Dates of the messages that it kept (batch item failures), in order; they are still in flight. */
  readonly kept: string[];
  /** Its batch item failures. */
  readonly failedIds: string[];
}

interface Worker {
  /** Receives what is visible on the work queue, invokes the worker once, and deletes what it acknowledged, as Lambda does. */
  deliver(): Promise<Delivery>;
}

/** A stack with a worker at it, and looks into what the worker has written. */
export interface WorkerBench {
  readonly stack: TestStack;
  /** A worker process of its own. `timeLeftMs`: what every invocation has left, always, however slow the machine is. */
  worker(oura: { url: string }, options?: { env?: Env; timeLeftMs?: number }): Worker;
  /** Plans a run as the planner does: its task waits, its dates are pending and queued. */
  plan(run_id: string, dates: readonly string[]): Promise<void>;
  /** Writes outcomes to a run's ledger, as another worker does. */
  settle: Runs['settle'];
  run(run_id: string): Promise<OpenRun['run']>;
  night(date: string): Promise<SleepRecord | undefined>;
  nights(): Promise<SleepRecord[]>;
  /** The state of a date, and its ledger entry. */
  day(date: string): Promise<DayEntry | undefined>;
  entry(date: string): Promise<DayEntry | undefined>;
  /** `VisibilityTimeout` of the messages requeued so far, in order. */
  visibilities(): number[];
}

/** Retries within the invocation follow at once, and a requeued message waits for a second. */
export const AT_ONCE = { RETRY_BASE_SECONDS: '0.001' };

const dateOf = ({ body }: SQSRecord): string => /"date":"([^"]+)"/.exec(body)?.[1] ?? body;

export const openBench = async (): Promise<WorkerBench> => {
  // The sleeper of the edge nights lives in Helsinki.
  const stack = await openStack({ timeZone: 'Europe/Helsinki' });
  const { dynamodb } = stack.raw;
  const runs = createRuns(dynamodb, LOGICAL_ID.ouraSyncTable, stack.clock, 90);
  const days = createDays(dynamodb, LOGICAL_ID.ouraSyncTable);
  const table = createSleepTable(dynamodb, LOGICAL_ID.ouraSleepTable);
  return {
    stack,
    worker: (oura, { env = {}, timeLeftMs = 30_000 } = {}) => {
      const handler = createHandler(stack.of(LOGICAL_ID.worker, { [ENV.ouraApiBaseUrl]: oura.url, ...env }));
      return {
        deliver: async () => {
          const event = await stack.queues.receive('work');
          // middy reads the time left once, first, for a timer of its own in real time.
          const readings = [60_000];
          const getRemainingTimeInMillis = () => readings.pop() ?? timeLeftMs;
          const context = { awsRequestId: 'request', getRemainingTimeInMillis };
          const { batchItemFailures } = await handler(event, context);
          const failedIds = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
          const isKept = ({ messageId }: SQSRecord) => failedIds.includes(messageId);
          await stack.queues.acknowledge(
            'work',
            event.Records.filter((record) => !isKept(record)),
          );
          return { records: event.Records, kept: event.Records.filter(isKept).map(dateOf), failedIds };
        },
      };
    },
    plan: async (run_id, dates) => {
      const { task_token } = await stack.startRun(run_id);
      await runs.open({ run_id, task_token, trigger: 'manual' });
      await runs.plan(run_id, dates);
      await Promise.all(dates.map((date) => stack.queues.send('work', workBody(run_id, date))));
    },
    settle: runs.settle,
    run: async (run_id) => {
      const open = await runs.get(run_id);
      if (!open) throw new Error(`There is no run ${run_id}`);
      return open.run;
    },
    night: async (date) => (await table.get([date])).get(date),
    nights: () => Array.fromAsync(table.scan()),
    day: async (date) => (await readDayStates({ sleepTable: table, days }, [date])).get(date),
    entry: async (date) => (await days.get([date])).get(date),
    visibilities: () =>
      stack.calls
        .of('ChangeMessageVisibilityCommand')
        .map(({ VisibilityTimeout }) => Number(VisibilityTimeout)),
  };
};

/**
 * One bench for the file and an Oura with `records` for each test, which begins with empty tables and queues at noon of
 * 2026-04-10.
 */
export const benchWithOura = (records: FixtureRecords): { bench: WorkerBench; oura: FixtureOura } => {
  const bench = {} as WorkerBench;
  beforeAll(async () => {
    Object.assign(bench, await openBench());
  });
  beforeEach(async () => {
    await bench.stack.clear();
    bench.stack.clock.set('2026-04-10T12:00:00+03:00');
  });
  afterAll(() => bench.stack.stop());
  const oura = forEachTest(
    () => startFixtureOura({ records: structuredClone(records) }),
    ({ stop }) => stop(),
  );
  return { bench, oura };
};
