import { countsOf, type Outcome, type Run } from '../../../shared/core/ledger.ts';
import type { Chunk } from './chunks.ts';

/** How far a backfill has come: dates by outcome, and requests. */
export interface Standing extends Record<'pending' | Outcome, number> {
  /** Dates that have ended one way or another. */
  readonly done: number;
  /** Dates that there are: `done`, pending, and those whose run has not been planned. */
  readonly total: number;
  /** Requests to Oura so far. */
  readonly requests: number;
}

/** Adds up the runs of a backfill as they go on. */
export interface Tally {
  /** A run as it stands now, its dates written. */
  tell(run: Run): void;
  standing(): Standing;
  /** The runs as they were last told, less the dates that an earlier command has seen end without data. */
  runs(): Run[];
}

const NAMES = ['pending', 'stored', 'unchanged', 'no_data', 'failed', 'requests'] as const;
type Figures = Record<(typeof NAMES)[number], number>;

const figuresOf = (run: Run): Figures => ({ ...countsOf(run), requests: run.requests });

/**
 * @param chunks what the runs that this backfill starts are for, by their names
 * @param left runs that an earlier command left under way: only what they do from now on counts
 */
export const createTally = (chunks: ReadonlyMap<string, Chunk>, left: readonly Run[]): Tally => {
  const told = new Map<string, { run: Run; figures: Figures }>();
  const tell = (run: Run) => {
    told.set(run.run_id, { run, figures: figuresOf(run) });
  };
  for (const run of left) tell(run);
  const emptyBefore = new Map(left.map(({ run_id, no_data }) => [run_id, new Set(no_data)]));
  const before = new Map([...told].map(([run_id, { figures }]) => [run_id, { ...figures, pending: 0 }]));
  return {
    tell,
    runs: () =>
      [...told.values()].map(({ run }) => ({
        ...run,
        no_data: run.no_data.filter((date) => !emptyBefore.get(run.run_id)?.has(date)),
      })),
    standing: () => {
      const sum: Figures = { pending: 0, stored: 0, unchanged: 0, no_data: 0, failed: 0, requests: 0 };
      for (const [run_id, { figures }] of told) {
        for (const name of NAMES) sum[name] += figures[name] - (before.get(run_id)?.[name] ?? 0);
      }
      const done = sum.stored + sum.unchanged + sum.no_data + sum.failed;
      const unplanned = [...chunks].filter(([run_id]) => !told.has(run_id));
      const total = done + sum.pending + unplanned.reduce((dates, [, chunk]) => dates + chunk.dates, 0);
      return { ...sum, done, total };
    },
  };
};
