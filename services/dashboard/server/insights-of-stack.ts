import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { DayRange } from '../../../shared/core/day.ts';
import { STORED_UNITS, type Units } from '../../../shared/core/units.ts';
import type { EffectPoint } from '../../insights/effects/effects.ts';
import type { Direction, PairName } from '../../insights/effects/effects-report.ts';
import { type History, type Insights, pairPoints, type Question } from '../../insights/insights.ts';
import { insightsIn } from '../../insights/insights-in-units.ts';
import { measureRows } from '../../insights/measures/describe.ts';
import { presentHistory } from '../../insights/read-insights.ts';
import { readWorkouts } from '../../operations/workouts.ts';
import type { InsightsAnswer } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import type { StoredNight } from './stored-nights.ts';

/** The input of the thread. */
export interface InsightsTask {
  readonly history: History;
  readonly question: Question;
}

/** The insights of a range. */
interface Computed extends InsightsTask {
  /** A hash of the input. */
  readonly state: string;
  readonly answer: Promise<Omit<InsightsAnswer, 'measure_rows'>>;
}

/** The page has three ranges, and a new night moves them. */
const MOST_KEPT = 4;

const inThread = async (task: InsightsTask): Promise<Insights> => {
  const thread = new Worker(new URL('./insights-thread.ts', import.meta.url), { workerData: task });
  // Stopping the server does not wait for the result.
  thread.unref();
  try {
    const [insights] = await once(thread, 'message');
    return insights as Insights;
  } finally {
    await thread.terminate();
  }
};

/** Insights for any number of pages. */
export interface InsightsOfStack {
  /** Same as `npm run insights -- --format json`, plus `measure_rows` and `skipped`. */
  read(range: DayRange, units?: Units): Promise<InsightsAnswer>;
  /** The sessions of a pair; undefined if there is no such pair. */
  points(range: DayRange, direction: Direction, pair: PairName): Promise<readonly EffectPoint[] | undefined>;
}

/**
 * Reads what has changed each time. If anything has, it computes the insights in a separate thread, one range at a
 * time.
 */
export const createInsights = (
  stack: DashboardStack,
  storedNights: () => Promise<readonly StoredNight[]>,
): InsightsOfStack => {
  const kept = new Map<string, Computed>();
  const reading = new Map<string, Promise<Computed>>();
  let before: Promise<unknown> = Promise.resolve();

  const compute = async (range: DayRange, name: string): Promise<Computed> => {
    const [nights, workouts] = await Promise.all([storedNights(), readWorkouts(stack)]);
    const present = nights.map((night) => night.present);
    const { history, question, skipped } = presentHistory(stack, present, workouts, range);
    const task = { history, question };
    const state = createHash('sha256')
      .update(JSON.stringify([task, skipped]))
      .digest('base64');
    const known = kept.get(name);
    if (known?.state === state) return known;
    const computing = before.then(() => inThread(task));
    before = computing.catch(() => {});
    const answer = computing.then((insights) => ({
      ...insights,
      skipped,
    }));
    const computed = { ...task, state, answer };
    kept.delete(name);
    kept.set(name, computed);
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    // The next read retries a failed computation.
    answer.catch(() => kept.get(name) === computed && kept.delete(name));
    return computed;
  };
  const nameOf = ({ from = '', to = '' }: DayRange): string => `${from}/${to}`;
  const computed = (range: DayRange): Promise<Computed> => {
    const name = nameOf(range);
    const underWay = reading.get(name) ?? compute(range, name).finally(() => reading.delete(name));
    reading.set(name, underWay);
    return underWay;
  };
  return {
    read: async (range, units = STORED_UNITS) => {
      const answer = await (await computed(range)).answer;
      const measure_rows = measureRows(answer.measures, units);
      return { ...answer, ...insightsIn(answer, units), measure_rows };
    },
    points: async (range, direction, pair) => {
      const { history, question } = kept.get(nameOf(range)) ?? (await computed(range));
      return pairPoints(history, question, direction, pair);
    },
  };
};
