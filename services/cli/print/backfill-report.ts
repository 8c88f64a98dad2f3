import type { Day } from '../../../shared/core/day.ts';
import { type DayEntry, outcomesOf } from '../../../shared/core/ledger.ts';
import { MOST_DATES } from '../../../shared/core/messages.ts';
import { plural } from '../../../shared/core/text.ts';
import type { OpenDates } from '../../operations/backfill/find-open-dates.ts';
import type { Backfilled } from '../../operations/backfill/run-chunks.ts';
import { suggest, type Target } from './advice.ts';
import { rateOf, spell } from './backfill-progress.ts';
import { reasonCounts } from './reason-counts.ts';
import { causeReport, failureLines, remarkLines } from './run-report.ts';

export interface BackfillRange {
  readonly from: Day;
  readonly to: Day;
}

/** One line about the dates, before the first request. */
export const openDatesLine = (found: OpenDates, { from, to }: BackfillRange): string => {
  const { open, stored, noData, notOver, left } = found;
  const settled = `${stored} stored, ${noData} without data${notOver === 0 ? '' : `, ${notOver} not over yet`}`;
  if (open.length === 0 && left.length === 0) {
    return `Nothing to request from ${from} to ${to}: ${settled}${found.underWay.size > 0 ? ', a run is fetching the rest' : ''}.`;
  }
  const skipped = stored + noData + notOver === 0 ? '' : ` Skipped: ${settled}.`;
  const resumed =
    left.length === 0 ? '' : ` Continuing ${plural(left.length, 'run')} of an earlier backfill.`;
  const order = open.length > MOST_DATES ? `, the newest ${MOST_DATES} first` : '';
  return `${plural(open.length, 'date')} to request from ${from} to ${to}${order}.${skipped}${resumed}`;
};

/** The dates of the runs by outcome, in order. */
export const datesOf = ({ runs }: Pick<Backfilled, 'runs'>): { no_data: Day[]; failed: Day[] } => {
  const outcomes = runs.map(outcomesOf);
  return {
    no_data: outcomes.flatMap(({ no_data }) => no_data).sort(),
    failed: outcomes.flatMap(({ failed }) => failed).sort(),
  };
};

/** Why the backfill stopped, and the command that continues it. */
const haltLines = ({ halt, standing }: Backfilled, again: string, target: Target): string[] => {
  if (!halt) return [];
  const { run_id, run } = halt;
  const rest = standing.total - standing.done;
  const goOn =
    rest === 0
      ? []
      : [`Remaining: ${plural(rest, 'date')}. To continue once the problem is fixed, run ${again}.`];
  if (run?.cause && run.cause !== 'States.Timeout')
    return [`Run ${run_id} could not be planned: ${causeReport(run.cause, target)}`, ...goOn];
  return [`Stopped after run ${run_id}, which stored nothing.`, ...goOn];
};

export interface BackfillContext {
  /** Ledger entries of the dates that have no data or failed. */
  readonly entries: ReadonlyMap<Day, DayEntry>;
  readonly seconds: number;
  readonly range: BackfillRange;
  /** The command that continues. */
  readonly again: string;
  readonly target: Target;
}

export const backfillReport = (
  ended: Backfilled,
  { entries, seconds, range: { from, to }, again, target }: BackfillContext,
): string[] => {
  const { standing } = ended;
  const { done, total, stored, unchanged, no_data, not_over, failed, requests } = standing;
  const dates = datesOf(ended);
  const perDate = done === 0 ? '' : ` (${(requests / done).toFixed(3)} per date)`;
  const gaps = suggest('gaps', target, '--from', from, '--to', to);
  return [
    `${done} of ${plural(total, 'date')} finished: ${plural(stored, 'night')} written, ${unchanged} unchanged, ${no_data} without data, ${not_over > 0 ? `${not_over} not over yet, ` : ''}${failed} failed, ${total - done} unfinished.`,
    ...(dates.no_data.length > 0
      ? [
          `Without data: ${reasonCounts(dates.no_data.map((date) => entries.get(date)?.reason ?? 'unknown'))}.`,
        ]
      : []),
    `${plural(requests, 'request')} to Oura${perDate}; ${spell(seconds)}, ${rateOf(done, seconds)}.`,
    ...remarkLines(ended.runs),
    ...failureLines(dates.failed, entries, target),
    ...haltLines(ended, again, target),
    ...(no_data + failed > 0 ? [`To see each date without a night, run ${gaps}.`] : []),
  ];
};
