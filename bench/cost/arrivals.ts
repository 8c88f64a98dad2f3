import { THROTTLE } from '../../cdk/constructs/webhook-api.ts';
import type { RingSimulator } from '../../services/ring-simulator/start.ts';
import { addDays, type Day } from '../../shared/core/day.ts';
import type { TestClock } from '../../test/helpers/clock.ts';
import { requestOf, signatureOf } from '../../test/receiver/receiver-bench.ts';
import type { Counted, CountedPipeline } from './pipeline.ts';
import { ASSUMED, type Usage, usageOf } from './usage.ts';

const RECEIVER = 'services/receiver/handler.ts';
const WATCHER = 'services/watcher/handler.ts';

/** One sync of the app makes the four documents of a night, and changes each of them twice: twelve events. */
const ROUNDS = ['create', 'update', 'update'] as const;
const WATCHES_PER_DAY = 96;
const FLOOD = { perSecond: 100, seconds: 60 };
/** Forged requests that are measured. */
const FORGED = 200;

const post = (pipeline: CountedPipeline, body: string, timestamp: string, signature: string) =>
  pipeline.invoke(
    RECEIVER,
    requestOf('POST', {
      headers: { 'x-oura-timestamp': timestamp, 'x-oura-signature': signature },
      body,
    }),
  );

/** The runs that functions started. A repeated start of a name starts nothing. */
const startedIn = ({ calls }: Counted): number =>
  new Set(
    calls.filter(({ command }) => command === 'StartExecutionCommand').map(({ input }) => input['name']),
  ).size;

/** Announces the night of each day at nine, one request per event, and then runs the daily run at noon, which is not counted. */
export const monthOfWebhooks = async (
  pipeline: CountedPipeline,
  ring: RingSimulator,
  clock: TestClock,
  days: readonly Day[],
): Promise<{ usage: Usage; runs: number; events: number }> => {
  const parts: Counted[] = [];
  for (const day of days) {
    pipeline.take();
    for (const [second, eventType] of ROUNDS.entries()) {
      clock.set(`${day}T09:00:0${second}-08:00`);
      const events = ring.webhooks.announce(day, { eventType });
      // A day with a nap has more periods of sleep.
      for (const event of new Map(events.map((each) => [each.data_type, each])).values()) {
        const body = JSON.stringify(event);
        const timestamp = String(clock.now());
        await post(pipeline, body, timestamp, signatureOf(body, timestamp));
      }
    }
    await pipeline.idle();
    parts.push(pipeline.take());
    clock.set(`${day}T12:00:00-08:00`);
    await pipeline.run(`daily-${day}`, { trigger: 'schedule' });
  }
  const counted = together(parts);
  const events = counted.invocations.filter(({ path }) => path === RECEIVER).length;
  const runs = startedIn(counted);
  // Receiver (twice, if its two environments start), planner, worker and summary.
  const usage = usageOf({ ...counted, executions: runs }, days.length * 5, days.length);
  return {
    usage: {
      ...usage,
      httpRequests: events,
      // Two more states, Trigger and Gather. The daily run has Trigger too.
      transitions: runs * (ASSUMED.transitionsPerExecution + 2) + days.length,
    },
    runs,
    events,
  };
};

/** Invokes the watcher every 15 minutes, and then runs the daily run at noon, which is not counted. */
export const monthOfMornings = async (
  pipeline: CountedPipeline,
  clock: TestClock,
  days: readonly Day[],
): Promise<{ usage: Usage; runs: number }> => {
  const parts: Counted[] = [];
  for (const day of days) {
    pipeline.take();
    const midnight = Date.parse(`${day}T00:00:00-08:00`);
    for (let watch = 0; watch < WATCHES_PER_DAY; watch++) {
      clock.set(new Date(midnight + watch * 900_000).toISOString());
      await pipeline.invoke(WATCHER, {});
      await pipeline.idle();
      if (watch !== WATCHES_PER_DAY / 2) continue;
      parts.push(pipeline.take());
      await pipeline.run(`daily-${day}`, { trigger: 'schedule' });
      pipeline.take();
    }
    parts.push(pipeline.take());
  }
  const counted = together(parts);
  const runs = startedIn(counted);
  // Lambda may stop an environment that is idle for 15 minutes, so each watch counts as a start.
  const starts = days.length * WATCHES_PER_DAY + runs * 3;
  return {
    usage: {
      ...usageOf({ ...counted, executions: runs }, starts, days.length * 2),
      schedule: days.length * WATCHES_PER_DAY,
    },
    runs,
  };
};

const together = (parts: readonly Counted[]): Counted => ({
  executions: parts.reduce((sum, { executions }) => sum + executions, 0),
  invocations: parts.flatMap(({ invocations }) => invocations),
  calls: parts.flatMap(({ calls }) => calls),
  log: parts.map(({ log }) => log).join(''),
});

/** What a flood of forged requests uses. */
export interface Flood {
  /** As API Gateway throttles: the burst, and the rate for as long as it lasts. */
  readonly throttled: Usage;
  /** If API Gateway throttles nothing: AWS calls its limits best effort. */
  readonly unthrottled: Usage;
  /** The rate for a whole month. */
  readonly month: Usage;
  /** The requests of each. */
  readonly requests: { readonly throttled: number; readonly unthrottled: number; readonly month: number };
}

const SECONDS_PER_MONTH = 730 * 3600;

/** Lambda traces the first request of a second, and one in twenty others: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
const SAMPLED = 0.05;

/** Measures forged requests, and multiplies them. */
export const floodOf = async (pipeline: CountedPipeline, clock: TestClock): Promise<Flood> => {
  pipeline.take();
  for (let sent = 0; sent < FORGED; sent++)
    await post(pipeline, `{"forged":${sent}}`, String(clock.now()), 'f'.repeat(64));
  const counted = pipeline.take();
  const requests = {
    throttled: THROTTLE.burstLimit + THROTTLE.rateLimit * FLOOD.seconds,
    unthrottled: FLOOD.perSecond * FLOOD.seconds,
    month: THROTTLE.burstLimit + THROTTLE.rateLimit * SECONDS_PER_MONTH,
  };
  const one = usageOf(counted, 0, 0);
  const times = (count: number, seconds: number): Usage => ({
    httpRequests: count,
    ...Object.fromEntries(
      Object.entries(one)
        .map(([item, quantity]) => [item, (quantity * count) / FORGED] as const)
        .filter(([, quantity]) => quantity > 0),
    ),
    traces: seconds + SAMPLED * (count - seconds),
  });
  return {
    throttled: times(requests.throttled, FLOOD.seconds),
    unthrottled: times(requests.unthrottled, FLOOD.seconds),
    month: times(requests.month, SECONDS_PER_MONTH),
    requests,
  };
};

/** The days from `first`. */
export const daysAfter = (first: Day, count: number): Day[] =>
  Array.from({ length: count }, (_, index) => addDays(first, index));
