import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CreateHandler } from '../../services/local/emulators/functions.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { temporaryDataDir } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { report, secondsSince } from './support/figures.ts';
import {
  LAST_OVER,
  NOON,
  type PipelineOptions,
  STANDING_CLOCK,
  startPipeline,
  TIME_ZONE,
} from './support/pipeline.ts';
import { chanceOf, SEED, shuffled, wholeBetween } from './support/seed.ts';
import { comparable, outcomeOf, readTables, type Tables } from './support/tables.ts';

const DAYS = 60;
/** Small batches, so that three workers process copies of the same dates at once. */
const SETTINGS = { batchSize: 5, batchingWindowSeconds: 0 };
const MOST_COPIES = 4;
/** The largest interval between two copies, in seconds. */
const SPREAD_SECONDS = 3;

interface Delivered {
  readonly tables: Tables;
  readonly calls: number;
}

const deliver = async (around: PipelineOptions['around'] = {}): Promise<Delivered> => {
  const folder = await temporaryDataDir();
  const clock = clockFrom(NOON);
  const ring = await startRingSimulator({
    timeZone: TIME_ZONE,
    clock: STANDING_CLOCK,
    seed: SEED,
    scenario: 'forgetful',
    latencyMs: 100,
  });
  const runtime = await startPipeline({
    dataDir: folder.path,
    clock,
    baseUrl: ring.url,
    settings: SETTINGS,
    around,
  });
  try {
    await startLocalRun(runtime, 'run-1', { trigger: 'manual', days: DAYS, to: LAST_OVER });
    await runtime.waitForExecution('run-1');
    await runtime.idle();
    return { tables: await readTables(runtime, clock), calls: ring.calls.length };
  } finally {
    await runtime.stop();
    await ring.stop();
    await folder.remove();
  }
};

/** Delivers each message of a batch 1 to 4 times, in any order. `bodies` returns the copies of a body. */
const repeating = (bodies: (body: string, copies: number) => string[], name: string) => {
  const chance = chanceOf(name);
  let copies = 0;
  const sqsOf = (sqs: SQSClient): SQSClient =>
    Object.assign(Object.create(sqs), {
      send: async (command: unknown) => {
        if (!(command instanceof SendMessageBatchCommand)) return sqs.send(command as never);
        const { QueueUrl, Entries = [] } = command.input;
        const all = Entries.flatMap(({ MessageBody = '', MessageAttributes }) =>
          bodies(MessageBody, wholeBetween(chance, 1, MOST_COPIES)).map((body) => ({
            MessageBody: body,
            MessageAttributes,
          })),
        );
        copies += all.length;
        for (const message of shuffled(all, chance)) {
          const DelaySeconds = wholeBetween(chance, 0, SPREAD_SECONDS);
          await sqs.send(new SendMessageCommand({ QueueUrl, ...message, DelaySeconds }));
        }
        return { Failed: [] };
      },
    }) as SQSClient;
  const planner =
    (create: CreateHandler): CreateHandler =>
    (dependencies) =>
      create({ ...dependencies, sqs: sqsOf(dependencies.sqs) });
  return { around: { planner }, copies: () => copies };
};

const once = deliver();

test.concurrent.each([
  ['copies of one run', (body: string, copies: number) => Array.from({ length: copies }, () => body)],
  [
    'copies of several runs, which are all fetched and written again',
    (body: string, copies: number) =>
      Array.from({ length: copies }, (_, copy) =>
        copy === 0 ? body : JSON.stringify({ ...JSON.parse(body), run_id: `run-gone-${copy}` }),
      ),
  ],
])(
  'delivering messages 1 to 4 times, in any order, to three workers has the result of one delivery: %s',
  async (name, bodies) => {
    const begun = performance.now();
    const { tables: expected } = await once;
    const queue = repeating(bodies, name);
    const { tables, calls } = await deliver(queue.around);
    expect(queue.copies()).toBeGreaterThan(DAYS);
    const count = (state: string) => tables.days.filter((day) => day.state === state).length;
    report({
      what: `delivery: ${name.split(',')[0]}`,
      dates: DAYS,
      injected: queue.copies() - DAYS,
      stored: count('stored'),
      no_data: count('no_data'),
      parked: count('parked'),
      lost: DAYS - tables.days.length,
      calls,
      seconds: secondsSince(begun),
      note: `${queue.copies()} deliveries of ${DAYS} messages`,
    });
    expect(comparable(tables)).toEqual(comparable(expected));
    expect(tables.nights.every(({ revision }) => revision === 1)).toBe(true);
    expect(tables.runs.map(outcomeOf)).toEqual(expected.runs.map(outcomeOf));
    expect(tables.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
  },
);
