import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { DayRange } from '../../../shared/core/day.ts';
import { STORED_UNITS, type Units } from '../../../shared/core/units.ts';
import type { EffectPoint } from '../../insights/effects/effects.ts';
import type { Direction, PairName } from '../../insights/effects/effects-report.ts';
import { type History, type Insights, pairPoints, type Question } from '../../insights/insights.ts';
import { insightsIn, rareNightsIn } from '../../insights/insights-in-units.ts';
import { measureRows } from '../../insights/measures/describe.ts';
import type { RareNight } from '../../insights/rare-nights/rare-night.ts';
import { presentHistory, type ReadHistory } from '../../insights/read-insights.ts';
import { readWorkouts } from '../../operations/workouts.ts';
import type { InsightsAnswer } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import type { StoredNight } from './stored-nights.ts';

/** The input of the thread. */
export interface InsightsTask {
  readonly part: 'all' | 'rare nights';
  readonly history: History;
  readonly question: Question;
}

/** The insights of a range, or its rare nights. */
interface Computed<Answer> extends Omit<InsightsTask, 'part'> {
  /** A hash of the input. */
  readonly state: string;
  readonly skipped: number;
  readonly answer: Promise<Answer>;
}

/** The page has three ranges, and a new night moves them. */
const MOST_KEPT = 4;

const inThread = async <Answer>(task: InsightsTask): Promise<Answer> => {
  const thread = new Worker(new URL('./insights-thread.ts', import.meta.url), { workerData: task });
  // Stopping the server does not wait for the result.
  thread.unref();
  try {
    const [answer] = await once(thread, 'message');
    return answer as Answer;
  } finally {
    await thread.terminate();
  }
};

/** Insights for any number of pages. */
export interface InsightsOfStack {
  /** Same as `npm run insights -- --format json`, plus `measure_rows` and `skipped`. */
  read(range: DayRange, units?: Units): Promise<InsightsAnswer>;
  /** The rare nights of all stored nights, without the rest, which takes five times as long. */
  rareNights(units: Units): Promise<readonly RareNight[]>;
  /** The sessions of a pair; undefined if there is no such pair. */
  points(range: DayRange, direction: Direction, pair: PairName): Promise<readonly EffectPoint[] | undefined>;
}

const nameOf = ({ from = '', to = '' }: DayRange): string => `${from}/${to}`;

/**
 * Keeps what a part of the insights was for the newest ranges, and computes it again if its input has changed.
 * @param inTurn runs one computation at a time
 */
const createKeeper = <Answer>(
  part: InsightsTask['part'],
  read: (range: DayRange) => Promise<ReadHistory>,
  inTurn: (work: () => Promise<Answer>) => Promise<Answer>,
) => {
  const kept = new Map<string, Computed<Answer>>();
  const reading = new Map<string, Promise<Computed<Answer>>>();

  const compute = async (range: DayRange, name: string): Promise<Computed<Answer>> => {
    const { history, question, skipped } = await read(range);
    const input = { history, question, skipped };
    const state = createHash('sha256').update(JSON.stringify(input)).digest('base64');
    const known = kept.get(name);
    if (known?.state === state) return known;
    const answer = inTurn(() => inThread<Answer>({ part, history, question }));
    const computed = { ...input, state, answer };
    kept.delete(name);
    kept.set(name, computed);
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    // The next read retries a failed computation.
    answer.catch(() => kept.get(name) === computed && kept.delete(name));
    return computed;
  };
  return {
    /** What was computed last for the range. */
    last: (range: DayRange) => kept.get(nameOf(range)),
    get: (range: DayRange): Promise<Computed<Answer>> => {
      const name = nameOf(range);
      const underWay = reading.get(name) ?? compute(range, name).finally(() => reading.delete(name));
      reading.set(name, underWay);
      return underWay;
    },
  };
};

/**
 * Reads what has changed each time. If anything has, it computes the insights in a separate thread, one range at a
 * time.
 */
export const createInsights = (
  stack: DashboardStack,
  storedNights: () => Promise<readonly StoredNight[]>,
): InsightsOfStack => {
  const presentNights = async () => (await storedNights()).map(({ present }) => present);
  const readAll = async (range: DayRange): Promise<ReadHistory> => {
    const [nights, workouts] = await Promise.all([presentNights(), readWorkouts(stack)]);
    return presentHistory(stack, nights, workouts, range);
  };
  /** Rare nights do not depend on training. */
  const readNights = async (range: DayRange): Promise<ReadHistory> =>
    presentHistory(stack, await presentNights(), { sets: [], skipped: 0 }, range);
  let before: Promise<unknown> = Promise.resolve();
  const inTurn = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const answer = before.then(work);
    before = answer.catch(() => {});
    return answer;
  };
  const all = createKeeper<Insights>('all', readAll, inTurn);
  const rare = createKeeper<readonly RareNight[]>('rare nights', readNights, inTurn);
  return {
    read: async (range, units = STORED_UNITS) => {
      const { answer, skipped } = await all.get(range);
      const found = await answer;
      const measure_rows = measureRows(found.measures, units);
      return { ...insightsIn(found, units), skipped, measure_rows };
    },
    rareNights: async (units) => rareNightsIn(await (await rare.get({})).answer, units),
    points: async (range, direction, pair) => {
      const { history, question } = all.last(range) ?? (await all.get(range));
      return pairPoints(history, question, direction, pair);
    },
  };
};
