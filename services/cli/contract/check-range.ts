import type { Collection, RawRecord } from '../../../shared/core/collections.ts';
import { addDays, type Day, daysFrom, isDay } from '../../../shared/core/day.ts';
import { isInstant } from '../../../shared/core/sleep-record.ts';
import { plural } from '../../../shared/core/text.ts';
import { type FetchWindow, PADDING_DAYS, windowOf } from '../../../shared/oura/api/fetch-windows.ts';
import type { Finding } from './finding.ts';

/** Which date of a record a range compares with `start_date` and `end_date`, and whether it includes them. */
interface RangeRule {
  readonly by: keyof typeof DATE_OF;
  readonly start: 'included' | 'excluded';
  readonly end: 'included' | 'excluded';
}

const text = (value: unknown): string => (isInstant(value) ? value : '');

const DATE_OF = {
  day: ({ day }: RawRecord): Day | undefined => (isDay(day) ? day : undefined),
  'bedtime_start in UTC': ({ bedtime_start }: RawRecord): Day | undefined =>
    isInstant(bedtime_start)
      ? new Date(bedtime_start).toISOString().slice(0, 'YYYY-MM-DD'.length)
      : undefined,
  'bedtime_start in local time': ({ bedtime_start }: RawRecord): Day | undefined =>
    text(bedtime_start).slice(0, 'YYYY-MM-DD'.length) || undefined,
};

const INCLUSIVE: RangeRule = { by: 'day', start: 'included', end: 'included' };

/** What others have measured on the live API (docs/oura-api.md §2.1). */
const MEASURED: Readonly<Record<Collection, RangeRule>> = {
  sleep: { by: 'bedtime_start in UTC', start: 'included', end: 'excluded' },
  daily_sleep: INCLUSIVE,
  daily_readiness: INCLUSIVE,
  daily_spo2: INCLUSIVE,
  daily_activity: { by: 'day', start: 'included', end: 'excluded' },
};

const ENDS = ['included', 'excluded'] as const;

/** Every rule, those of the same date as `measured` first: west of Greenwich, a night begins on its `day` in UTC. */
const rulesNear = (measured: RangeRule): RangeRule[] =>
  [measured.by, ...(Object.keys(DATE_OF) as RangeRule['by'][])].flatMap((by) =>
    ENDS.flatMap((start) => ENDS.map((end): RangeRule => ({ by, start, end }))),
  );

type Records = ReadonlyMap<string, RawRecord>;

const byId = (records: readonly RawRecord[]): Records =>
  new Map(records.flatMap((record) => (typeof record['id'] === 'string' ? [[record['id'], record]] : [])));

/** The ids of the records that `rule` selects. */
const selected = (records: Records, window: FetchWindow, { by, start, end }: RangeRule): Set<string> => {
  const first = start === 'included' ? window.start_date : addDays(window.start_date, 1);
  const last = end === 'included' ? window.end_date : addDays(window.end_date, -1);
  return new Set(
    [...records].flatMap(([id, record]) => {
      const date = DATE_OF[by](record);
      return date !== undefined && first <= date && date <= last ? [id] : [];
    }),
  );
};

const describe = ({ by, start, end }: RangeRule): string => `by ${by}, start_date ${start}, end_date ${end}`;

/** The requested days of the tested window. It ends before today, which is not complete yet. */
const TESTED_DAYS = 7;

/** The days before and after today that the whole records cover. Those around the tested window show what it leaves out. */
export const REFERENCE_DAYS = { before: 32, after: PADDING_DAYS };
const OLDEST_FIRST = REFERENCE_DAYS.before - 5 * PADDING_DAYS;
const NEWEST_FIRST = TESTED_DAYS + PADDING_DAYS;

/** Chooses the window whose ends have records: only these show whether an end is included. */
export const windowToTest = (
  collection: Collection,
  reference: readonly RawRecord[],
  today: Day,
): FetchWindow => {
  const dates = new Set(reference.map(DATE_OF[MEASURED[collection].by]));
  const windows = daysFrom(addDays(today, -OLDEST_FIRST), addDays(today, -NEWEST_FIRST)).map((first) =>
    windowOf(daysFrom(first, addDays(first, TESTED_DAYS - 1))),
  );
  const evidence = ({ start_date, end_date }: FetchWindow) =>
    [start_date, end_date].filter((date) => dates.has(date)).length;
  return windows.toSorted((one, other) => evidence(other) - evidence(one))[0] ?? windowOf([today]);
};

/**
 * Compares the records that came for `window` with those of a longer range around it: which of them the range selects, and
 * whether all records of the requested days are among them.
 */
export const checkRange = (
  collection: Collection,
  reference: readonly RawRecord[],
  window: FetchWindow,
  received: readonly RawRecord[],
): Finding[] => {
  const known = byId(reference);
  const came = new Set([...byId(received).keys()].filter((id) => known.has(id)));
  const fits = (rule: RangeRule) => {
    const expected = selected(known, window, rule);
    return expected.size === came.size && [...expected].every((id) => came.has(id));
  };
  const wanted = [...known].filter(([, { day }]) => window.dates.some((date) => date === day));
  const lost = wanted.filter(([id]) => !came.has(id)).length;
  const ofRequest = `${plural(wanted.length, 'record')} of the requested days`;
  const consequence =
    lost === 0
      ? `Requests have ${PADDING_DAYS} more days at each end, so all ${ofRequest} came`
      : `${lost} of ${ofRequest} did not come, so nights would be missing`;
  const rule = MEASURED[collection];
  const finding = (kind: Finding['kind'], sentence: string): Finding => ({
    kind,
    subject: collection,
    finding: sentence,
  });

  if ([...known.values()].every((record) => DATE_OF[rule.by](record) === undefined))
    return [finding('not checked', `the date range: no record has a readable ${rule.by}`)];
  if (came.size === 0 && lost === 0)
    return [finding('not checked', 'the date range: no record in the tested range')];
  if (!fits(rule)) {
    const now = rulesNear(rule).find(fits);
    const how = now === undefined ? 'in an unknown way' : describe(now);
    return [
      finding('changed', `a date range selects ${how}; measured before: ${describe(rule)}. ${consequence}`),
    ];
  }
  const untested = (['start', 'end'] as const).filter((end) =>
    fits({ ...rule, [end]: rule[end] === 'included' ? 'excluded' : 'included' }),
  );
  return untested.map((end) =>
    finding('not checked', `whether ${end}_date is ${rule[end]}: no record on that date`),
  );
};
