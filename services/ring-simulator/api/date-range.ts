import { addDays, type Day, dayIn, isDay } from '../../../shared/core/day.ts';
import type { Collection, OuraRecord } from './collections.ts';

/**
 * Which records a date range returns, as measured against the real API by others (there is no word of it in the
 * documentation): `sleep` by `bedtime_start` in UTC and not by `day`; `daily_activity` by `day` without the end; the others by
 * `day` with the end. So "last night" asked of `sleep` as D..D is always empty.
 */
export interface DateRange {
  /** The days that must be looked at. */
  readonly from: Day;
  readonly to: Day;
  includes(record: OuraRecord): boolean;
}

/** A query parameter that cannot be read; becomes one entry of a 422's `detail`. */
export class UnreadableParameter extends Error {
  override readonly name = 'UnreadableParameter';
  readonly retryable = false;
  readonly type: string;
  readonly parameter: string;
  readonly input: string;
  constructor(type: string, parameter: string, message: string, input: string) {
    super(message);
    this.type = type;
    this.parameter = parameter;
    this.input = input;
  }
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** A date or a date-time, as the OpenAPI document allows both; without an offset it is UTC. */
const readBoundary = (parameter: string, text: string): { instant: number; day: Day } => {
  const day = DATE_TIME.exec(text)?.[1] ?? text;
  const instant =
    day === text
      ? Date.parse(`${text}T00:00:00Z`)
      : Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(11)) ? text : `${text}Z`);
  if (!isDay(day) || Number.isNaN(instant)) {
    const message = 'Input should be a valid datetime or date';
    throw new UnreadableParameter('datetime_from_date_parsing', parameter, message, text);
  }
  return { instant, day };
};

/** A night is filed at most two days from its beginning: 14 hours of offset, and late naps count for the next day. */
const FILED_WITHIN = 2;

/**
 * Reads `start_date` and `end_date`. The end is today (in the user's zone) where it is missing, the start is the day before
 * the end. Throws {@link UnreadableParameter}.
 */
export const readDateRange = (
  collection: Collection,
  query: URLSearchParams,
  surroundings: { readonly timeZone: string; readonly now: number },
): DateRange => {
  const endText = query.get('end_date') ?? dayIn(surroundings.timeZone, surroundings.now);
  const end = readBoundary('end_date', endText);
  const start = readBoundary('start_date', query.get('start_date') ?? addDays(end.day, -1));
  if (start.instant > end.instant) {
    const message = 'Start date must not be after end date';
    throw new UnreadableParameter('value_error', 'start_date', message, query.get('start_date') ?? '');
  }
  const within = (instant: number) => start.instant <= instant && instant < end.instant;
  if (collection === 'sleep') {
    return {
      from: addDays(start.day, -FILED_WITHIN),
      to: addDays(end.day, FILED_WITHIN),
      includes: (record) => {
        const bedtime = Date.parse(String(record['bedtime_start']));
        // An edit may have broken the bedtime: the record then counts as begun with its day, so that a client sees it.
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
