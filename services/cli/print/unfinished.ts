import { outcomesOf } from '../../../shared/core/ledger.ts';
import { plural } from '../../../shared/core/text.ts';
import { openLedger } from '../../operations/ledger.ts';
import { runningRuns, type StartedRun } from '../../operations/runs/executions.ts';
import type { Stack } from '../../operations/stack.ts';
import { readQueues } from '../../operations/status/sync-state.ts';

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** What an earlier process left, which this one continues: its runs, and a sentence for the user, if there is anything. */
export const readUnfinished = async (
  stack: Stack,
): Promise<{ readonly runs: readonly StartedRun[]; readonly sentence: string | undefined }> => {
  // Read first: the workers have started already.
  const [runs, { work, dead_letter }] = await Promise.all([runningRuns(stack), readQueues(stack)]);
  const ledger = openLedger(stack).runs;
  const open = await Promise.all(runs.map(({ run_id }) => ledger.get(run_id)));
  const dates = new Set(open.flatMap((each) => (each ? outcomesOf(each.run).pending : []))).size;
  const messages = work + dead_letter;
  const left = [
    ...(runs.length > 0 ? [plural(runs.length, 'run')] : []),
    ...(dates > 0 ? [plural(dates, 'date')] : []),
    ...(messages > 0 ? [`${plural(messages, 'message')} in the queues`] : []),
  ];
  return {
    runs,
    sentence:
      left.length === 0 ? undefined : `The last stop left ${list(left)} unfinished, which continue now.`,
  };
};
