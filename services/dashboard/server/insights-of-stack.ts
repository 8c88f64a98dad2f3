import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { DayRange } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { isClaim, type PairName, type PairPoint } from '../../insights/correlations.ts';
import type { DatedNight } from '../../insights/features/metric-values.ts';
import { type History, type Insights, pairPoints, type Question } from '../../insights/insights.ts';
import { readHistory } from '../../insights/read-insights.ts';
import type { InsightsAnswer } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';

/** What the thread is given. */
export interface InsightsTask {
  readonly history: History;
  readonly question: Question;
}

/** What a range has led to. */
interface Counted extends InsightsTask {
  /** Changes with whatever the answer depends on. */
  readonly state: string;
  readonly answer: Promise<InsightsAnswer>;
}

/** The page has three ranges; one more, since the newest night moves them on. */
const MOST_KEPT = 4;

const inThread = async (task: InsightsTask): Promise<Insights> => {
  const thread = new Worker(new URL('./insights-thread.ts', import.meta.url), { workerData: task });
  // Whoever stops the server does not wait for what nobody reads any more.
  thread.unref();
  try {
    const [insights] = await once(thread, 'message');
    return insights as Insights;
  } finally {
    await thread.terminate();
  }
};

/** The metrics alone: the periods of ten years are ten times as much to hand over. */
const metricsOf = (night: DatedNight): DatedNight =>
  Object.fromEntries(
    ['date' as const, ...METRIC_NAMES].map((name) => [name, night[name]]),
  ) as unknown as DatedNight;

/** Insights for as many pages as there are. */
export interface InsightsOfStack {
  /** What `npm run insights -- --format json` prints, and what is a claim of it. */
  read(range: DayRange): Promise<InsightsAnswer>;
  /** The days that a pair of that answer rests on; undefined where there is no such pair. */
  points(range: DayRange, pair: PairName): Promise<readonly PairPoint[] | undefined>;
}

/**
 * Nights and workouts are read anew each time; they are counted with, one range after the other, in a thread of their own,
 * and only where they are not those of the last time.
 */
export const createInsights = (stack: DashboardStack): InsightsOfStack => {
  const kept = new Map<string, Counted>();
  const reading = new Map<string, Promise<Counted>>();
  let before: Promise<unknown> = Promise.resolve();

  const look = async (range: DayRange, name: string): Promise<Counted> => {
    const { history, question, skipped } = await readHistory(stack, range);
    const task = { history: { ...history, nights: history.nights.map(metricsOf) }, question };
    const state = createHash('sha256')
      .update(JSON.stringify([task, skipped]))
      .digest('base64');
    const known = kept.get(name);
    if (known?.state === state) return known;
    const counting = before.then(() => inThread(task));
    before = counting.catch(() => {});
    const answer = counting.then(({ correlations, ...rest }) => ({
      ...rest,
      correlations: correlations.map((row) => ({ ...row, claimed: isClaim(row) })),
      skipped,
    }));
    const counted = { ...task, state, answer };
    kept.delete(name);
    kept.set(name, counted);
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    // What failed is tried again by the next look.
    answer.catch(() => kept.get(name) === counted && kept.delete(name));
    return counted;
  };
  const nameOf = ({ from = '', to = '' }: DayRange): string => `${from}/${to}`;
  const counted = (range: DayRange): Promise<Counted> => {
    const name = nameOf(range);
    const underWay = reading.get(name) ?? look(range, name).finally(() => reading.delete(name));
    reading.set(name, underWay);
    return underWay;
  };
  return {
    read: async (range) => (await counted(range)).answer,
    points: async (range, pair) => {
      const { history, question } = kept.get(nameOf(range)) ?? (await counted(range));
      return pairPoints(history, question, pair);
    },
  };
};
