import { explainCause } from '../../../../shared/core/causes.ts';
import { capitalized, plural } from '../../../../shared/core/text.ts';
import type { RunRow, WorkRow } from '../../server/api.ts';

/** The words for the counts of a run. */
const COUNTS = [
  ['stored', 'written'],
  ['unchanged', 'unchanged'],
  ['no_data', 'without data'],
] as const;

const settledOf = ({ planned, pending }: RunRow['counts']): number => planned - pending;

const isWork = (row: RunRow | WorkRow): row is WorkRow => 'parked' in row;

/** `1 failed, parked again`: what happens to the failed dates. */
const failedWords = (row: RunRow | WorkRow): string[] => {
  const { failed } = row.counts;
  if (failed === 0) return [];
  const parked = isWork(row) ? row.parked : 0;
  const again = row.trigger === 'redrive' ? 'parked again' : 'parked';
  return [
    `${failed} failed`,
    ...(parked === 0 ? [] : [parked === failed ? again : `${parked} of them ${again}`]),
  ];
};

/** `3 written, 27 unchanged, 1 failed, parked again`; empty if no date has ended. */
const outcomeWords = (row: RunRow | WorkRow): string =>
  [
    ...COUNTS.flatMap(([name, word]) => (row.counts[name] > 0 ? [`${row.counts[name]} ${word}`] : [])),
    ...failedWords(row),
  ].join(', ');

/** How a run or a redrive is going, or how it ended, without a full stop. */
export const outcomeOf = (row: RunRow | WorkRow): string => {
  const { counts, cause, finished_at } = row;
  const outcomes = outcomeWords(row);
  if (finished_at === null) {
    if (counts.planned === 0)
      return row.trigger === 'redrive' ? 'reading the parked dates' : 'choosing the dates';
    return `${settledOf(counts)} of ${plural(counts.planned, 'date')} done${outcomes && `: ${outcomes}`}`;
  }
  if (cause !== null) return explainCause(cause).replace(/\.$/, '');
  const unfinished = counts.pending > 0 ? [`${counts.pending} unfinished`] : [];
  const nothing = row.trigger === 'redrive' ? 'nothing was parked' : 'nothing new';
  return [outcomes, ...unfinished].filter(Boolean).join(', ') || nothing;
};

/** The words for work that is running, that is complete, and that ended otherwise. */
const LEADS = {
  sync: ['Syncing', 'Synced', 'Sync ended'],
  redrive: ['Trying again', 'Tried again', 'Tried again'],
} as const;

/** The same as a sentence for the one who started it, with what else to know. */
export const sentenceOf = (row: WorkRow): string => {
  const { finished_at, status, note, trigger, counts } = row;
  const [running, complete, ended] = LEADS[trigger === 'redrive' ? 'redrive' : 'sync'];
  const lead = finished_at === null ? running : status === 'complete' ? complete : ended;
  // The error that ended it before it had dates.
  if (status === 'failed' && note !== null && counts.planned === 0) return note;
  return `${lead}: ${outcomeOf(row)}.${note === null ? '' : ` ${note}`}`;
};

/** The heading of a run that has not finished. */
export const titleOf = ({ status, trigger }: RunRow): string => {
  if (status === 'stopped') return 'Stopped';
  return trigger === 'redrive' ? 'Trying the parked dates again' : 'Syncing';
};

/** Why a run started, in words. */
const TRIGGERS: ReadonlyMap<string, string> = new Map([
  ['schedule', 'daily schedule'],
  ['manual', 'by hand'],
  ['backfill', 'backfill'],
  ['webhook', 'Oura announced a night'],
  ['morning', 'morning watch'],
  ['redrive', 'parked dates again'],
]);

export const triggerOf = ({ trigger }: RunRow): string => TRIGGERS.get(trigger) ?? trigger;

/** The state of a run, in a word. */
const STATUSES: Readonly<Record<RunRow['status'], string>> = {
  running: 'running',
  stopped: 'stopped',
  complete: 'done',
  partial: 'some failed',
  failed: 'failed',
  incomplete: 'unfinished',
};

export const statusOf = ({ status }: RunRow): string => capitalized(STATUSES[status]);

/**
 * Every run and redrive once, the newest first. What the page itself started is in the list at once, before the pipeline lists
 * it.
 */
export const rowsOf = ({
  running,
  runs,
  work,
}: {
  running: readonly RunRow[];
  runs: readonly RunRow[];
  work: readonly WorkRow[];
}): (RunRow | WorkRow)[] => {
  const rows = new Map<string, RunRow | WorkRow>();
  for (const row of [...running, ...runs]) rows.set(row.run_id, row);
  // Work knows what is parked. Of a run that has finished since, the ledger knows more: a later redrive may have settled its dates.
  for (const row of work) {
    const known = rows.get(row.run_id);
    if (!known || row.finished_at === null || known.counts.failed === row.counts.failed)
      rows.set(row.run_id, row);
  }
  return [...rows.values()].sort((one, other) => other.started_at.localeCompare(one.started_at));
};
