import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { iso } from '../../../shared/core/clock.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { findManualRun, startManualRun } from '../../operations/runs/executions.ts';
import { notStarted } from '../../operations/status/sync-state.ts';
import type { WorkRow } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import { ReadOnly } from './errors.ts';
import { followSync, type Reporter, runRedrive } from './follow-work.ts';

/** Maximum dates of one request: the page requests a year, and export and backfill have no limit. */
export const MOST_DAYS = 400;

/** Finished work that is kept. A run is also in the ledger, a redrive only here. */
const MOST_KEPT = 10;

/** The trigger of a redrive, which is not one of a run. */
const REDRIVE = 'redrive';

/** The work of all pages of a stack. */
export interface Work {
  /** The newest first. */
  list(): readonly WorkRow[];
  /** Starts a manual run of a range, or of the look-back. Returns the running one if there is one of the same range. */
  sync(range: DayRange): Promise<WorkRow>;
  /** Moves the parked messages to the work queue. Returns the redrive that has not finished if there is one. */
  redrive(): WorkRow;
}

/**
 * Starts work and follows it to its end, whether a page is open or not.
 * @param explain returns an error as a sentence for the user
 * @param signal stops following
 */
export const createWork = (
  stack: DashboardStack,
  explain: (error: unknown) => string,
  signal: AbortSignal,
): Work => {
  /** By run_id, the oldest first. */
  const rows = new Map<string, WorkRow>();
  const starting = new Map<string, Promise<WorkRow>>();
  const now = () => iso(stack.clock.now());

  const follow = (row: WorkRow, work: (reporter: Reporter) => Promise<Partial<WorkRow>>): WorkRow => {
    const { run_id } = row;
    const report = (changes: Partial<WorkRow>): void => {
      rows.set(run_id, { ...(rows.get(run_id) ?? row), ...changes });
    };
    const untilFollowed = async <T>(attempt: () => Promise<T>): Promise<T> => {
      while (true) {
        try {
          return await attempt();
        } catch (error: unknown) {
          if (signal.aborted) throw error;
          report({ note: explain(error) });
          await sleep(stack.lookMs, undefined, { signal });
          report({ note: null });
        }
      }
    };
    report({});
    work({ report, untilFollowed, signal })
      .catch((error: unknown) => ({ status: 'failed' as const, note: explain(error) }))
      .then((end) => {
        if (signal.aborted) return;
        report({ finished_at: now(), ...end });
        const finished = [...rows.values()].filter(({ finished_at }) => finished_at !== null);
        for (const old of finished.slice(0, -MOST_KEPT)) rows.delete(old.run_id);
      });
    return row;
  };

  const startSync = async (range: DayRange): Promise<WorkRow> => {
    // A run leaves out settled dates. One that the user names is requested in any case.
    const isOneDate = range.from !== undefined && range.from === range.to;
    const asked = isOneDate ? { ...range, again: true } : range;
    const running = await findManualRun(stack, asked);
    const started = running ?? (await startManualRun(stack, asked, MOST_DAYS));
    const { run_id } = started;
    const row = {
      ...notStarted(run_id, 'manual', running?.started_at ?? now()),
      range: { from: range.from ?? null, to: range.to ?? null },
      ...{ parked: 0, note: null },
    };
    return follow(row, (reporter) => followSync(stack, started, reporter));
  };

  const checkMayStart = (): void => {
    if (stack.readOnly !== undefined) throw new ReadOnly(stack.readOnly);
  };
  const unfinished = (is: (row: WorkRow) => boolean): WorkRow | undefined =>
    [...rows.values()].find((row) => row.finished_at === null && is(row));

  return {
    list: () => [...rows.values()].reverse(),
    sync: async (range) => {
      checkMayStart();
      const { from = null, to = null } = range;
      const known = unfinished((row) => row.range?.from === from && row.range.to === to);
      if (known) return known;
      // Two tabs may ask at the same moment.
      const key = JSON.stringify([from, to]);
      const start = starting.get(key) ?? startSync(range).finally(() => starting.delete(key));
      starting.set(key, start);
      return start;
    },
    redrive: () => {
      checkMayStart();
      const known = unfinished(({ trigger }) => trigger === REDRIVE);
      if (known) return known;
      const row = {
        ...notStarted(`${REDRIVE}-${randomUUID()}`, REDRIVE, now()),
        range: null,
        parked: 0,
        note: null,
      };
      return follow(row, (reporter) => runRedrive(stack, row, reporter));
    },
  };
};
