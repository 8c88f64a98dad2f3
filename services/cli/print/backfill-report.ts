import type { Day } from '../../../shared/core/day.ts';
import { type DayEntry, outcomesOf } from '../../../shared/core/ledger.ts';
import { plural } from '../../../shared/core/text.ts';
import { CHUNK_DATES } from '../../operations/backfill/chunks.ts';
import type { OpenDates } from '../../operations/backfill/find-open-dates.ts';
import type { Backfilled } from '../../operations/backfill/run-chunks.ts';
import { suggest, type Target } from './advice.ts';
import { rateOf, spell } from './backfill-progress.ts';
import { reasonCounts } from './reason-counts.ts';
import { causeReport, failureLines } from './run-report.ts';

/** What a backfill was asked for. */
export interface BackfillRange {
  readonly from: Day;
  readonly to: Day;
}

/** What is known before anything is asked for, in one line. */
export const openDatesLine = (found: OpenDates, { from, to }: BackfillRange): string => {
  const { open, stored, noData, left } = found;
  const settled = `${stored} are stored, ${noData} have no data`;
  if (open.length === 0 && left.length === 0) {
    return `Nothing to ask for from ${from} to ${to}: ${settled}${found.underWay.size > 0 ? ', the rest is under way' : ''}.`;
  }
  const skipped = stored + noData === 0 ? '' : ` Skipped: ${settled}.`;
  const resumed =
    left.length === 0
      ? ''
      : ` ${plural(left.length, 'run')} of an earlier backfill ${left.length === 1 ? 'goes' : 'go'} on.`;
  const order = open.length > CHUNK_DATES ? `, the newest ${CHUNK_DATES} first` : '';
  return `${plural(open.length, 'date')} to ask for from ${from} to ${to}${order}.${skipped}${resumed}`;
};

/** How many of the dates without data have which reason. */
const reasonsOf = (noData: readonly Day[], entries: ReadonlyMap<Day, DayEntry>): string =>
  reasonCounts(noData.map((date) => entries.get(date)?.reason ?? 'unknown'));

/** Dates of the runs by outcome, each list in order. */
export const datesOf = ({ runs }: Pick<Backfilled, 'runs'>): { no_data: Day[]; failed: Day[] } => {
  const outcomes = runs.map(outcomesOf);
  return {
    no_data: outcomes.flatMap(({ no_data }) => no_data).sort(),
    failed: outcomes.flatMap(({ failed }) => failed).sort(),
  };
};

/** Why the backfill did not go on, and that the same command does. */
const haltLines = ({ halt, standing }: Backfilled, again: string, target: Target): string[] => {
  if (!halt) return [];
  const { run_id, run } = halt;
  const rest = standing.total - standing.done;
  const goOn =
    rest === 0
      ? []
      : [`${plural(rest, 'date')} ${rest === 1 ? 'is' : 'are'} left: once that is mended, ${again} goes on.`];
  if (run?.cause && run.cause !== 'States.Timeout')
    return [`Run ${run_id} could not be planned: ${causeReport(run.cause, target)}`, ...goOn];
  return [`Stopped after run ${run_id}, of which nothing came.`, ...goOn];
};

/** What the report needs beside the backfill itself. */
export interface BackfillContext {
  /** The ledger's, of the dates that have no data or failed. */
  readonly entries: ReadonlyMap<Day, DayEntry>;
  /** How long it took. */
  readonly seconds: number;
  readonly range: BackfillRange;
  /** The command that goes on. */
  readonly again: string;
  readonly target: Target;
}

/** What became of a backfill, in some lines for people. */
export const backfillReport = (
  ended: Backfilled,
  { entries, seconds, range: { from, to }, again, target }: BackfillContext,
): string[] => {
  const { standing } = ended;
  const { done, total, stored, unchanged, no_data, failed, requests } = standing;
  const dates = datesOf(ended);
  const perDate = done === 0 ? '' : ` (${(requests / done).toFixed(3)} a date)`;
  const gaps = suggest('gaps', target, '--from', from, '--to', to);
  return [
    `${done} of ${total} dates ended: ${plural(stored, 'night')} written, ${unchanged} unchanged, ${no_data} without data, ${failed} failed, ${total - done} unfinished.`,
    ...(dates.no_data.length > 0 ? [`Without data: ${reasonsOf(dates.no_data, entries)}.`] : []),
    `${plural(requests, 'request')} to Oura${perDate}; ${spell(seconds)}, ${rateOf(done, seconds)}.`,
    ...failureLines(dates.failed, entries, target),
    ...haltLines(ended, again, target),
    ...(no_data + failed > 0 ? [`${gaps} tells about each date without a night.`] : []),
  ];
};
