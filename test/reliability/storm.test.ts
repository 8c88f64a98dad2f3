import type { Fault, FaultControl, FaultKind } from '../../services/ring-simulator/api/faults.ts';
import { FAULT_KINDS } from '../../services/ring-simulator/api/faults.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { statusOf } from '../../shared/core/ledger.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { temporaryDataDir } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { report, secondsSince } from './support/figures.ts';
import { askOracle } from './support/oracle.ts';
import {
  LAST_OVER,
  NOON,
  redrive,
  STANDING_CLOCK,
  startPipeline,
  TIME_ZONE,
  visibleAgainAfter,
} from './support/pipeline.ts';
import { SEED } from './support/seed.ts';
import { parkedDates, readTables } from './support/tables.ts';

const DAYS = 365;
const DATES = daysFrom(addDays(LAST_OVER, 1 - DAYS), LAST_OVER);
const RING = { seed: SEED, scenario: 'forgetful' } as const;
const PAGE_SIZE = 40;

/** Many small batches give a fault many chances to strike. Faults that take real time get a few large ones. */
const SMALL = { batchSize: 10, batchingWindowSeconds: 0, workerTimeoutSeconds: 20 };
const LARGE = { batchSize: 100, batchingWindowSeconds: 1, workerTimeoutSeconds: 10 };
/** The visibility timeout of messages after a worker timed out, in place of six times its timeout. */
const VISIBLE_AGAIN_SECONDS = 25;

/**
 * The maximum number of calls of a storm: one before the start, each window once, and for each fault the repeated call or, if
 * the worker requeues the window, the whole window again. With pages of 40 records, a small window of 14 days takes 6 calls: 1
 * page for each of the three daily collections and daily_activity, and 2 pages of sleep with at most 3 periods a day. A large
 * window of 90 days takes 17 calls: 3 pages for each of the four, and 5 of sleep. A batch of 100 dates has 2 large windows, or
 * one of each kind if it is cut short.
 */
const SMALL_WINDOW = 6;
const LARGE_WINDOW = 17;
const budgetOf = (settings: typeof SMALL, injected: number): number => {
  const window = settings === SMALL ? SMALL_WINDOW : LARGE_WINDOW;
  const windows = settings === SMALL ? Math.ceil(DAYS / 10) : 2 * (Math.ceil(DAYS / 100) + 1);
  return 1 + windows * window + injected * (1 + window);
};

interface Storm {
  readonly settings: typeof SMALL;
  readonly how: string;
  readonly strike: (faults: FaultControl) => void;
}

const SHARE = 0.3;
const often = (...faults: Fault[]): Storm => ({
  settings: SMALL,
  how: '30 % of calls',
  strike: (control) => control.random({ probability: SHARE, faults, seed: SEED }),
});

const QUICK: readonly FaultKind[] = FAULT_KINDS.filter(
  (kind) => kind !== 'hang' && kind !== 'rate_limited_silent' && kind !== 'slow_drip',
);

const STORMS: Readonly<Record<string, Storm>> = {
  ...Object.fromEntries(QUICK.map((kind) => [kind, often(kind)])),
  slow_drip: { ...often({ kind: 'slow_drip', millis: 800 }), how: '30 % of calls, 0.8 s each' },
  'slow_drip beyond the timeout': {
    settings: LARGE,
    how: '6 calls of 20 s, cut off at 9 s',
    strike: (faults) => faults.next(6, { kind: 'slow_drip', millis: 20_000 }),
  },
  hang: {
    settings: LARGE,
    how: '10 % of calls: each costs 9 s',
    strike: (faults) => faults.random({ probability: 0.1, faults: ['hang'], seed: SEED }),
  },
  rate_limited_silent: {
    settings: LARGE,
    how: '3 calls: each stops everybody for 60 s',
    strike: (faults) => faults.next(3, 'rate_limited_silent'),
  },
  'sixteen quick kinds mixed': often(...QUICK, { kind: 'slow_drip', millis: 800 }),
  'all kinds mixed': {
    settings: LARGE,
    how: '30 % of calls, any kind',
    strike: (faults) => faults.random({ probability: SHARE, faults: FAULT_KINDS, seed: SEED }),
  },
};

const oracle = askOracle(DATES, RING);

/** Whether no period of the night has a broken type. Such a period does not count, and a remark of the night says so. */
const isWhole = ({ remarks }: SleepRecord): boolean => !remarks.some(({ kind }) => kind === 'unknown_type');

test('covers every kind of fault', () => {
  for (const kind of FAULT_KINDS) expect(Object.keys(STORMS)).toContain(kind);
});

test.concurrent.each(Object.entries(STORMS))(
  'a year with a storm of %s loses nothing, stores nothing wrong, and a redrive and the next run settle every date',
  async (name, { settings, how, strike }) => {
    const begun = performance.now();
    const { truth: expected, hashWithout } = await oracle;
    const folder = await temporaryDataDir();
    const clock = clockFrom(NOON);
    const ring = await startRingSimulator({
      timeZone: TIME_ZONE,
      clock: STANDING_CLOCK,
      ...RING,
      pageSize: PAGE_SIZE,
    });
    strike(ring.faults);
    const runtime = await startPipeline({
      dataDir: folder.path,
      clock,
      baseUrl: ring.url,
      settings,
      changeTemplate: visibleAgainAfter(VISIBLE_AGAIN_SECONDS),
    });
    try {
      await startLocalRun(runtime, 'storm', { trigger: 'manual', days: DAYS, to: LAST_OVER });
      const { status } = await runtime.waitForExecution('storm');
      await runtime.idle();
      const calls = ring.calls.length;
      const injected = Object.values(ring.faults.counts).reduce((sum, count) => sum + count, 0);
      const budget = budgetOf(settings, injected);
      const stormy = await readTables(runtime, clock);
      const parked = await parkedDates(runtime);

      const inState = (state: string) =>
        stormy.days.filter((day) => day.state === state).map(({ date }) => date);
      const nights = stormy.nights.map(({ date }) => date);
      const ended = [...nights, ...inState('no_data'), ...parked];
      const lost = DATES.filter((date) => !ended.includes(date));
      report({
        what: `storm: ${name}`,
        dates: DATES.length,
        injected,
        stored: nights.length,
        no_data: inState('no_data').length,
        parked: parked.length,
        lost: lost.length,
        calls,
        budget,
        seconds: secondsSince(begun),
        note: how,
      });
      expect(injected).toBeGreaterThan(0);
      expect(calls).toBeLessThanOrEqual(budget);
      expect({ lost, status, work: stormy.queues.work, dead_letter: stormy.queues.dead_letter }).toEqual({
        lost: [],
        status: 'SUCCEEDED',
        work: 0,
        dead_letter: 0,
      });
      // If a worker settles a date but dies before it acknowledges the message, the message can be parked. The date stays settled.
      expect(inState('parked')).toEqual(
        parked.filter((date) => ![...nights, ...inState('no_data')].includes(date)),
      );
      expect(inState('failed')).toEqual([]);
      // A night is stored without a collection that fails until the last attempt.
      for (const { date, incomplete, content_hash } of stormy.nights.filter(isWhole))
        expect([date, content_hash]).toEqual([date, hashWithout(incomplete, date)]);
      for (const { date, reason } of stormy.days.filter(({ state }) => state === 'no_data'))
        expect([date, { reason }]).toEqual([date, expected.get(date)]);

      ring.faults.clear();
      await redrive(runtime);
      // A run that names the dates requests the incomplete nights again, which are not parked.
      await startLocalRun(runtime, 'calm', { trigger: 'manual', days: DAYS, to: LAST_OVER });
      await runtime.waitForExecution('calm');
      await runtime.idle();
      const calm = await readTables(runtime, clock);
      const partial = new Set(calm.nights.filter((night) => !isWhole(night)).map(({ date }) => date));
      const isKnown = (date: Day) => !partial.has(date);
      const settled = calm.days
        .filter(({ date }) => isKnown(date))
        .map(({ date, state, reason }) => [
          date,
          state === 'stored'
            ? { content_hash: calm.nights.find((night) => night.date === date)?.content_hash }
            : { reason },
        ]);
      expect(settled).toEqual([...expected].filter(([date]) => isKnown(date)));
      expect(calm.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
      expect(calm.runs.map(statusOf)).toEqual(['complete', 'complete']);
    } finally {
      await runtime.stop();
      await ring.stop();
      await folder.remove();
    }
  },
);
