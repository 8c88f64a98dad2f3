import { explainCause } from '../../../shared/core/causes.ts';
import {
  countsOf,
  type DayEntry,
  notOverOf,
  outcomesOf,
  type Run,
  statusOf,
} from '../../../shared/core/ledger.ts';
import { plural } from '../../../shared/core/text.ts';
import { suggest, type Target } from './advice.ts';

/** @param entries ledger entries of the failed dates @param target the stack, for suggested commands */
export const runReport = (run: Run, entries: ReadonlyMap<string, DayEntry>, target: Target): string[] => {
  const counts = countsOf(run);
  const notOver = notOverOf(run);
  if (run.cause !== null && counts.planned === 0) {
    return [`Run ${run.run_id} failed before it requested anything: ${causeReport(run.cause, target)}`];
  }
  if (counts.planned + notOver.length === 0)
    return ['Nothing to do: no date is missing or due for a re-read. 0 nights written.'];
  const nothingNew = counts.stored === 0 && counts.failed === 0 && counts.pending === 0;
  return [
    `Run ${run.run_id}: ${statusOf(run)}. ${plural(counts.stored, 'night')} written, ${counts.unchanged} unchanged, ` +
      `${counts.no_data} without data, ${notOver.length > 0 ? `${notOver.length} not over yet (${notOver.join(', ')}), ` : ''}${counts.failed} failed, ${counts.pending} unfinished.` +
      (nothingNew ? ' Nothing new.' : ''),
    ...remarkLines([run]),
    ...failureLines(outcomesOf(run).failed, entries, target),
  ];
};

/** One line about the records that belong to no date, if Oura sent any. */
export const remarkLines = (runs: readonly Run[]): string[] => {
  const remarks = [...new Set(runs.flatMap((run) => run.remarks))].sort();
  return remarks.length === 0
    ? []
    : [`Oura sent records without a day, which are in no night. ${remarks.join('. ')}.`];
};

/** One line per cause with its dates, then what to do. */
export const failureLines = (
  failed: readonly string[],
  entries: ReadonlyMap<string, DayEntry>,
  target: Target,
): string[] => {
  const causes = Map.groupBy(failed, (date) => {
    const error = entries.get(date)?.last_error;
    return error ? `${error.name}: ${error.message}` : 'failed';
  });
  const lines = [...causes].map(([cause, dates]) => {
    const which = dates.length === 1 ? dates[0] : `${dates.length} dates, ${dates[0]} to ${dates.at(-1)}`;
    return `  ${which}: ${cause}`;
  });
  return failed.length === 0
    ? []
    : [...lines, `Nothing is lost: these dates are parked. To retry, run ${suggest('redrive', target)}.`];
};

/** The meaning of a run's cause, and what to do. */
export const causeReport = (cause: string, target: Target): string =>
  explainCause(cause, (script) => suggest(script, target));
