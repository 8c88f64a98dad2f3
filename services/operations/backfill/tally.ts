import { countsOf, notOverOf, type Outcome, type Run } from '../../../shared/core/ledger.ts';
import type { Chunk } from './chunks.ts';

/** The progress of a backfill: dates by outcome, and requests. */
export interface Standing extends Record<'pending' | 'not_over' | Outcome, number> {
  /** Dates that have an outcome, or have left their run because they are not over. */
  readonly done: number;
  /** All dates: `done`, pending, and those whose run has not been planned. */
  readonly total: number;
  /** Requests to Oura so far. */
  readonly requests: number;
}

/** Adds up the runs of a backfill. */
export interface Tally {
  /** Replaces the state of a planned run. */
  update(run: Run): void;
  standing(): Standing;
  /** The runs, without the dates that an earlier command has reported as having no data. */
  runs(): Run[];
}

const NAMES = ['pending', 'stored', 'unchanged', 'no_data', 'not_over', 'failed', 'requests'] as const;
type Figures = Record<(typeof NAMES)[number], number>;

/**
 * @param chunks the dates of the runs that this backfill starts, by run id
 * @param left remaining runs of an earlier backfill: only their changes from now on count
 */
export const createTally = (chunks: ReadonlyMap<string, Chunk>, left: readonly Run[]): Tally => {
  const latest = new Map<string, { run: Run; figures: Figures }>();
  const update = (run: Run) => {
    const not_over = notOverOf(run).length;
    latest.set(run.run_id, { run, figures: { ...countsOf(run), not_over, requests: run.requests } });
  };
  for (const run of left) update(run);
  const emptyBefore = new Map(left.map(({ run_id, no_data }) => [run_id, new Set(no_data)]));
  const before = new Map([...latest].map(([run_id, { figures }]) => [run_id, { ...figures, pending: 0 }]));
  return {
    update,
    runs: () =>
      [...latest.values()].map(({ run }) => ({
        ...run,
        no_data: run.no_data.filter((date) => !emptyBefore.get(run.run_id)?.has(date)),
      })),
    standing: () => {
      const sum = Object.fromEntries(NAMES.map((name) => [name, 0])) as Figures;
      for (const [run_id, { figures }] of latest) {
        for (const name of NAMES) sum[name] += figures[name] - (before.get(run_id)?.[name] ?? 0);
      }
      const done = sum.stored + sum.unchanged + sum.no_data + sum.not_over + sum.failed;
      const unplanned = [...chunks].filter(([run_id]) => !latest.has(run_id));
      const total = done + sum.pending + unplanned.reduce((dates, [, chunk]) => dates + chunk.dates, 0);
      return { ...sum, done, total };
    },
  };
};
