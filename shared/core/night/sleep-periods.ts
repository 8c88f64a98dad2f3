import { canonicalJson } from '../canonical-json.ts';
import { type RawRecord, withoutSeries } from '../collections.ts';
import type { Day } from '../day.ts';
import { compareText } from '../text.ts';
import {
  COUNTED_TYPES,
  DURATIONS,
  InvalidRecord,
  PERIOD_FIELDS,
  PERIOD_TYPES,
  parseNested,
  remarksOn,
} from './oura-records.ts';
import { type Parsed, parseFields, type Unusable } from './parse-fields.ts';
import type { Remark, RemarkKind } from './remarks.ts';

/** Two counted periods may overlap by this much (ms): Oura ends one and begins the next at the nearest epoch. */
const TOUCHING_MS = 60_000;

/** Two long sleeps this close (ms) are parts of one night: the sleeper was up for a while. */
const SAME_NIGHT_MS = 3 * 3600_000;

/** One record of `sleep` with its usable values. */
export interface SleepPeriod extends Parsed<typeof PERIOD_FIELDS> {
  /** As Oura sent it, and without its series. */
  readonly sent: RawRecord;
  readonly record: RawRecord;
  readonly type: (typeof PERIOD_TYPES)[number] | null;
  readonly temperature_deviation: number | null;
  /** In bed from `start` to `end` (epoch ms). Null if bedtime_start is unusable. */
  readonly span: { readonly start: number; readonly end: number } | null;
  readonly unusable: Unusable;
}

/** The periods of one day. */
export interface SleepDay {
  /** Every period of the day, in order of bedtime. */
  readonly all: readonly SleepPeriod[];
  /** The periods that count for the night, in order of bedtime. */
  readonly counted: readonly SleepPeriod[];
  /** The parts of the night: the main period and each long sleep close to it. */
  readonly parts: readonly SleepPeriod[];
  /** The other counted periods. */
  readonly naps: readonly SleepPeriod[];
  /** The period that represents the night. */
  readonly main: SleepPeriod | undefined;
  readonly remarks: readonly Remark[];
  /** Set if the main period has an unusable core value, so that the day has no true night. */
  readonly invalid: InvalidRecord | undefined;
}

const isOneOf = <T>(values: readonly T[], value: unknown): value is T =>
  values.some((each) => each === value);

const parsePeriod = (record: RawRecord): { period: SleepPeriod; remarks: Remark[] } => {
  const { values, unusable: unusableFields, remarks } = parseFields(PERIOD_FIELDS, record, 'sleep');
  const nested = parseNested('sleep.readiness', values.readiness);
  const start = values.bedtime_start === null ? null : Date.parse(values.bedtime_start);
  const isReversed = start !== null && values.bedtime_end !== null && Date.parse(values.bedtime_end) < start;
  const unusable = new Map(unusableFields);
  const reversed: Remark[] = [];
  if (isReversed) {
    unusable.set('bedtime_end', 'is before bedtime_start');
    reversed.push({ kind: 'unusable_value', field: 'sleep.bedtime_end', detail: 'is before bedtime_start' });
  }
  const bedtime_end = isReversed ? null : values.bedtime_end;
  const slept = (values.total_sleep_duration ?? 0) + (values.awake_time ?? 0);
  const type = record['type'];
  if (type != null && typeof type !== 'string') unusable.set('type', 'must be text');
  const period: SleepPeriod = {
    ...values,
    bedtime_end,
    // A living sleeper has a pulse and breathes: 0 means that Oura has no value.
    average_heart_rate: values.average_heart_rate || null,
    lowest_heart_rate: values.lowest_heart_rate || null,
    average_hrv: values.average_hrv || null,
    average_breath: values.average_breath || null,
    sent: record,
    record: withoutSeries(record),
    type: isOneOf(PERIOD_TYPES, type) ? type : null,
    temperature_deviation: nested.values.temperature_deviation,
    span:
      start === null
        ? null
        : {
            start,
            end:
              bedtime_end === null
                ? start + Math.max(values.time_in_bed ?? 0, slept) * 1000
                : Date.parse(bedtime_end),
          },
    unusable,
  };
  return { period, remarks: remarksOn(period.id, [...remarks, ...nested.remarks, ...reversed]) };
};

const byBedtime = (a: SleepPeriod, b: SleepPeriod): number =>
  (a.span?.start ?? 0) - (b.span?.start ?? 0) ||
  compareText(a.id ?? '', b.id ?? '') ||
  compareText(canonicalJson(a.sent), canonicalJson(b.sent));

/** Negative if `a` has more sleep than `b`. Unknown sleep ranks last. Tie: the greater id. */
const mostSleepFirst = (a: SleepPeriod, b: SleepPeriod): number =>
  (b.total_sleep_duration ?? -1) - (a.total_sleep_duration ?? -1) || compareText(b.id ?? '', a.id ?? '');

/** The overlap of two periods in ms, negative if there is a gap. */
const overlapMs = ({ span: a }: SleepPeriod, { span: b }: SleepPeriod): number =>
  a === null || b === null ? 0 : Math.min(a.end, b.end) - Math.max(a.start, b.start);

/** Time in bed in seconds: Oura's value, else the time between the bedtimes; null if the night has no end yet. */
export const timeInBed = ({ time_in_bed, bedtime_end, span }: SleepPeriod): number | null => {
  if (time_in_bed !== null) return time_in_bed;
  return bedtime_end === null || span === null ? null : (span.end - span.start) / 1000;
};

/** The sleep by which periods are compared: an unusable duration, unlike an absent one, may hide a whole night. */
const rankOf = (period: SleepPeriod): number =>
  period.total_sleep_duration ??
  (period.unusable.has('total_sleep_duration') ? (timeInBed(period) ?? 0) : -1);

/** Negative if `a` ranks before `b`: more sleep, more time in bed, then an earlier start. */
const longestFirst = (a: SleepPeriod, b: SleepPeriod): number =>
  rankOf(b) - rankOf(a) ||
  (timeInBed(b) ?? -1) - (timeInBed(a) ?? -1) ||
  (a.span?.start ?? 0) - (b.span?.start ?? 0);

/**
 * The period that represents the night: the longest `long_sleep`, else the longest of `periods`. So if there is a long
 * sleep, the bedtimes never come from a nap.
 */
const longest = (periods: readonly SleepPeriod[]): SleepPeriod | undefined => {
  const long = periods.filter(({ type }) => type === 'long_sleep');
  return (long.length > 0 ? long : periods).toSorted(longestFirst)[0];
};

/** The main period and every long sleep that follows or precedes a part of the night within three hours. */
const partsOf = (main: SleepPeriod | undefined, counted: readonly SleepPeriod[]): SleepPeriod[] => {
  if (main?.type !== 'long_sleep') return main ? [main] : [];
  const long = counted.filter(({ type }) => type === 'long_sleep');
  const isClose = (a: SleepPeriod | undefined, b: SleepPeriod | undefined): boolean =>
    a !== undefined && b !== undefined && overlapMs(a, b) >= -SAME_NIGHT_MS;
  let first = long.indexOf(main);
  let last = first;
  while (isClose(long[first - 1], long[first])) first -= 1;
  while (isClose(long[last], long[last + 1])) last += 1;
  return long.slice(first, last + 1);
};

const CORE_FIELDS = ['type', 'bedtime_start', 'bedtime_end', ...DURATIONS] as const;

/** The error of a main period with an unusable core value, else undefined. */
const invalidCore = (date: Day, { unusable, bedtime_start }: SleepPeriod): InvalidRecord | undefined => {
  const path = CORE_FIELDS.find((name) => unusable.has(name));
  if (path !== undefined) {
    const reason = unusable.get(path) ?? '';
    return new InvalidRecord({ collection: 'sleep', date, path, reason });
  }
  return bedtime_start === null
    ? new InvalidRecord({ collection: 'sleep', date, path: 'bedtime_start', reason: 'is missing' })
    : undefined;
};

/** From the longest sleep down, the periods that do not overlap a chosen one, and the overlapped ones with the chosen one. */
const withoutOverlaps = (periods: readonly SleepPeriod[]) => {
  const chosen: SleepPeriod[] = [];
  const overlapped = new Map<SleepPeriod, SleepPeriod>();
  for (const period of periods.toSorted(mostSleepFirst)) {
    const same = chosen.find((other) => overlapMs(period, other) > TOUCHING_MS);
    if (same === undefined) chosen.push(period);
    else overlapped.set(period, same);
  }
  return { chosen, overlapped };
};

/**
 * Whether an overlapped period is more than a repetition of the chosen one. How long it slept, and so its rank, is unusable, and
 * the chosen one has less than half of its time.
 */
const isUnranked = (period: SleepPeriod, chosen: SleepPeriod): boolean =>
  period.unusable.has('total_sleep_duration') && 2 * overlapMs(period, chosen) < overlapMs(period, period);

/** Why a period cannot be placed in the night. */
const misplaced = ({ unusable, id, span }: SleepPeriod): [name: string, reason: string] => {
  const name = span === null ? 'bedtime_start' : id === null ? 'id' : 'bedtime_end';
  return [name, unusable.get(name) ?? 'is missing'];
};

/**
 * Decides which periods of a day count (docs/data.md). Oura's types decide first: a `rest` and a `deleted` do not
 * count, nor does a period without a type. Periods can overlap: one night under two ids, or from two rings. From the longest
 * sleep down, a period that overlaps a counted one by more than a minute is the same sleep and does not count.
 *
 * Pure, and does not depend on the order of the records.
 */
export const sleepDay = (date: Day, records: readonly RawRecord[]): SleepDay => {
  const parsed = records.map(parsePeriod);
  const all = parsed.map(({ period }) => period).sort(byBedtime);
  const remarks: Remark[] = [];
  const remark = (kind: RemarkKind, { id }: SleepPeriod, detail: string, name?: string) =>
    remarks.push(...remarksOn(id, [{ kind, ...(name && { field: `sleep.${name}` }), detail }]));

  for (const period of all) {
    if (period.type === null && period.record['type'] != null) {
      remark('unknown_type', period, `must be one of ${PERIOD_TYPES.join(', ')}`, 'type');
    }
  }
  const countable = all.filter(({ type }) => isOneOf(COUNTED_TYPES, type));
  const placed = countable.filter(({ span, unusable }) => span !== null && !unusable.has('bedtime_end'));
  const unplaced = countable.filter((period) => !placed.includes(period));
  const intact = longest(withoutOverlaps(placed).chosen);
  // Only the main period may lack an id: another one could be a repetition.
  const identified = placed.filter((period) => period.id !== null || period === intact);
  const { chosen, overlapped } = withoutOverlaps(identified);
  const unranked = [...overlapped].flatMap(([period, same]) => (isUnranked(period, same) ? [period] : []));
  // Without a long sleep, it may be the night: a type that is no text says nothing, unlike one that Oura has added.
  const untyped = all.filter(({ unusable }) => unusable.has('type'));
  const main = longest([...chosen, ...unplaced, ...unranked, ...untyped]);
  for (const [period, same] of overlapped) {
    remark('overlap', period, `is the same sleep as the period ${same.id ?? 'without an id'}`);
  }
  for (const { period, remarks: ofFields } of parsed) {
    if (!countable.includes(period) || identified.includes(period) || period === main) {
      remarks.push(...ofFields);
      continue;
    }
    // One remark is enough on the field for which the whole period does not count.
    const [name, reason] = misplaced(period);
    remarks.push(...ofFields.filter(({ field }) => field !== `sleep.${name}`));
    remark('unusable_period', period, reason, name);
  }
  const counted = all.filter((period) => chosen.includes(period));
  for (const period of counted) {
    const inBedMs = period.span ? period.span.end - period.span.start : 0;
    const slept = (period.total_sleep_duration ?? 0) + (period.awake_time ?? 0);
    if (slept * 1000 > inBedMs) {
      remark('inconsistent_durations', period, 'asleep and awake exceed the time between the bedtimes');
    }
  }
  const parts = partsOf(main, counted);
  return {
    all,
    counted,
    main,
    parts,
    naps: counted.filter((period) => !parts.includes(period)),
    remarks: remarks.toSorted((a, b) => compareText(canonicalJson(a), canonicalJson(b))),
    invalid: main && invalidCore(date, main),
  };
};
