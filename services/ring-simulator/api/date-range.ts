import { addDays, type Day, dayIn, isDay } from '../../../shared/core/day.ts';
import type { Collection, OuraRecord } from '../sleeper/collections.ts';
import { CallRefused } from './reply.ts';

/**
 * Decides which records a date range returns. Oura does not document this; other people measured it on the real API:
 * `sleep` filters by `bedtime_start` in UTC, excluding the end. `daily_activity` filters by `day`, excluding the end. The
 * others filter by `day`, including the end. So `sleep` from D to D is always empty.
 */
export interface DateRange {
  /** The days that can contain matching records. */
  readonly from: Day;
  readonly to: Day;
  includes(record: OuraRecord): boolean;
}

/** Creates a refusal with 422 in FastAPI's format: `detail` is a list. */
const invalidParameter = (type: string, parameter: string, msg: string, input: string): CallRefused =>
  new CallRefused({ status: 422, body: { detail: [{ type, loc: ['query', parameter], msg, input }] } });

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Parses a date or a date-time (the OpenAPI document allows both). Without an offset it is UTC. */
const readBoundary = (parameter: string, text: string): { instant: number; day: Day } => {
  const day = DATE_TIME.exec(text)?.[1] ?? text;
  const instant =
    day === text
      ? Date.parse(`${text}T00:00:00Z`)
      : Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(11)) ? text : `${text}Z`);
  if (!isDay(day) || Number.isNaN(instant)) {
    const message = 'Input should be a valid datetime or date';
    throw invalidParameter('datetime_from_date_parsing', parameter, message, text);
  }
  return { instant, day };
};

/** A night's `day` is at most two days from its start: up to 14 hours of offset, and a late nap belongs to the next day. */
const FILED_WITHIN = 2;

/**
 * Parses `start_date` and `end_date`. By default the end is today in the user's time zone, and the start is the day before
 * the end. Throws {@link CallRefused}.
 */
export const readDateRange = (
  collection: Collection,
  query: URLSearchParams,
  context: { readonly timeZone: string; readonly now: number },
): DateRange => {
  const end = readBoundary('end_date', query.get('end_date') ?? dayIn(context.timeZone, context.now));
  const start = readBoundary('start_date', query.get('start_date') ?? addDays(end.day, -1));
  if (start.instant > end.instant) {
    const message = 'Start date must not be after end date';
    throw invalidParameter('value_error', 'start_date', message, query.get('start_date') ?? '');
  }
  const within = (instant: number) => start.instant <= instant && instant < end.instant;
  if (collection === 'sleep') {
    return {
      from: addDays(start.day, -FILED_WITHIN),
      to: addDays(end.day, FILED_WITHIN),
      includes: (record) => {
        const bedtime = Date.parse(String(record['bedtime_start']));
        // An edit can break the bedtime. Clients must still get that record, so it then starts with its day.
        return within(Number.isNaN(bedtime) ? Date.parse(`${record.day}T00:00:00Z`) : bedtime);
      },
    };
  }
  const includes =
    collection === 'daily_activity'
      ? (record: OuraRecord) => within(Date.parse(`${record.day}T00:00:00Z`))
      : (record: OuraRecord) => start.day <= record.day && record.day <= end.day;
  return { from: start.day, to: end.day, includes };
};
