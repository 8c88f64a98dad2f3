import { openLedger } from '../../services/operations/ledger.ts';
import { outputOf, type Stack } from '../../services/operations/stack.ts';
import { createRuns } from '../../shared/aws/store/runs.ts';
import { type Day, daysFrom } from '../../shared/core/day.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { nightOf } from '../aws/store/nights.ts';
import type { TestStack } from './dependencies.ts';

/** When the clock of {@link historyOf} stands after the run of a folder that is well. */
export const NOW = '2026-03-10T12:30:00-07:00';

interface RunOptions {
  readonly settle?: Parameters<ReturnType<typeof createRuns>['settle']>[1];
  readonly open?: boolean;
  readonly cause?: string | null;
  readonly trigger?: string;
}

/** Writes what runs leave in the tables of a stack. */
export const historyOf = (opened: () => TestStack) => {
  const stack = (): Stack => ({ ...opened().raw, clock: opened().clock, outputs: opened().outputs });
  const runs = () => {
    const { dynamodb, clock } = stack();
    return createRuns(dynamodb, outputOf(stack(), OUTPUT.ouraSyncTable), clock, 90);
  };
  let names = 0;
  /** A run of `dates` that has finished, unless `open`. */
  const runOf = async (
    dates: readonly Day[],
    { settle, open = false, cause = null, trigger = 'schedule' }: RunOptions = {},
  ): Promise<string> => {
    names += 1;
    const run_id = `run-${names}`;
    await runs().open({ run_id, task_token: 'token', trigger });
    if (cause === null) await runs().plan(run_id, dates);
    if (settle) await runs().settle(run_id, settle);
    if (!open) await runs().finish(run_id, { trigger, cause });
    return run_id;
  };
  const store = async (date: Day) => {
    const { sleepTable } = openLedger(stack());
    await sleepTable.put(nightOf(date), { askedAt: stack().clock.now(), settled: true });
  };
  return {
    runs,
    runOf,
    store,
    /** A folder that is well: the nights of the last days, and a run of today. */
    beWell: async () => {
      const dates = daysFrom('2026-03-04', '2026-03-10');
      for (const date of dates) await store(date);
      await runOf(dates, { settle: { stored: dates } });
    },
    fail: (date: Day, state: 'failed' | 'parked', at = stack().clock.now()) =>
      openLedger(stack()).days.failed(date, {
        ...{ state, run_id: 'run', attempts: 5, at, next_check_on: null },
        error: { name: 'OuraUnavailable', message: 'Oura returned 503' },
      }),
  };
};
