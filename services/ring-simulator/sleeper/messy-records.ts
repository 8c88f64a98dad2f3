import { addDays, type Day } from '../../../shared/core/day.ts';
import { withBadValue, withFields } from './bad-values.ts';
import type { Collection, OuraRecord } from './collections.ts';
import { recordId } from './noise.ts';
import { EPOCH, napBetween, type SleepPeriod } from './periods.ts';
import { type Planted, type PlantedKind, plantedOn } from './planted-faults.ts';
import { mainPeriodOf } from './scores.ts';
import { type AnalysedDay, sleepRecords } from './sleep-records.ts';

/** Epochs by which the repeated night starts later and ends earlier. */
const INSIDE_BY = 80;

/** The night once more, shorter: from the same minutes asleep, as another analysis would find it. */
const inside = (night: SleepPeriod): SleepPeriod => {
  const timeInBed = night.timeInBed - 2 * INSIDE_BY * EPOCH;
  return {
    ...night,
    name: 'repeated inside',
    // Oura calls a period of less than three hours `sleep`.
    type: timeInBed < 3 * 3600 ? 'sleep' : 'long_sleep',
    start: night.start + INSIDE_BY * EPOCH * 1000,
    timeInBed,
    light: night.light - 2 * INSIDE_BY * EPOCH,
  };
};

/** The night as a second ring measured it: five minutes of light sleep less. */
const fromRing = (night: SleepPeriod): SleepPeriod => ({
  ...night,
  name: 'repeated by ring',
  light: night.light - 10 * EPOCH,
  awake: night.awake + 10 * EPOCH,
});

/** Wall-clock minutes of the additional naps. The sleeper's own naps and the late naps of the next day are at other times. */
const NAPS: Readonly<Partial<Record<PlantedKind, readonly [number, number]>>> = {
  unknown_type: [690, 730],
  no_bedtime_start: [690, 720],
  no_id: [725, 750],
  reversed_bedtimes: [755, 785],
  withdrawn: [950, 980],
  moved: [985, 1015],
  no_day: [1020, 1050],
};

/** What is wrong with an additional period's record. */
const WRONG: Readonly<Partial<Record<PlantedKind, (record: OuraRecord, seed: number) => object>>> = {
  repeated_by_ring: (_, seed) => ({ ring_id: recordId(seed, 0, 'second ring') }),
  unknown_type: () => ({ type: 'nap' }),
  no_bedtime_start: () => ({ bedtime_start: null }),
  no_id: () => ({ id: undefined }),
  reversed_bedtimes: (nap) => ({ bedtime_start: nap['bedtime_end'], bedtime_end: nap['bedtime_start'] }),
  no_day: () => ({ day: undefined }),
};

/** Seconds awake that do not fit into the night. */
const TOO_LONG_BY = 900;

/** The record that a fault adds to its day; `undefined` if it adds none. */
const additionalRecord = (analysed: AnalysedDay, { kind }: Planted): OuraRecord | undefined => {
  const night = mainPeriodOf(analysed.periods);
  const span = NAPS[kind];
  const repeat = kind === 'repeated_inside' ? inside : kind === 'repeated_by_ring' ? fromRing : undefined;
  const period = span
    ? napBetween(analysed.zone, analysed.day, kind, span, analysed.body)
    : night && repeat?.(night);
  const [record] = period ? sleepRecords({ ...analysed, periods: [period] }) : [];
  return record && withFields(record, { ...WRONG[kind]?.(record, analysed.seed) });
};

/** The record of `sleep` that {@link plantedOn} filed under another day, as the next day has it. */
const movedFrom = (yesterday: AnalysedDay, day: Day, now: number): readonly OuraRecord[] => {
  const { seed, zone } = yesterday;
  const moved = plantedOn(seed, zone, yesterday.day).find(({ kind, at }) => kind === 'moved' && at <= now);
  const record = moved && additionalRecord(yesterday, moved);
  return record ? [withFields(record, { day })] : [];
};

/**
 * The records that a collection has of a day at `now`, with the faults of {@link plantedOn}.
 * @param right the records without faults, which come from `analysedOn(day)`
 */
export const messyRecords = (
  { collection, day, now }: { readonly collection: Collection; readonly day: Day; readonly now: number },
  right: readonly OuraRecord[],
  analysedOn: (day: Day) => AnalysedDay,
): readonly OuraRecord[] => {
  const today = analysedOn(day);
  const faults = plantedOn(today.seed, today.zone, day);
  const fault = (kind: PlantedKind) => faults.find((each) => each.kind === kind);
  const changes = (kind: PlantedKind, to: 'later' | 'already') => {
    const { at } = fault(kind) ?? {};
    return at !== undefined && at <= now === (to === 'already');
  };
  if (changes('emptied', 'already')) return [];
  const isDaily = collection === 'daily_sleep' || collection === 'daily_readiness';
  if (isDaily && changes('late_score', 'later')) return [];

  const badValues = faults.flatMap(({ badValue }) => (badValue?.collection === collection ? [badValue] : []));
  if (collection !== 'sleep') return right.map((record) => badValues.reduce(withBadValue, record));

  const night = mainPeriodOf(today.periods);
  const own = right.map((record, index) => {
    if (today.periods[index] !== night) return record;
    const awake = Number(record['awake_time']) + TOO_LONG_BY;
    const whole = fault('too_long') ? withFields(record, { awake_time: awake }) : record;
    return badValues.reduce(withBadValue, whole);
  });
  const additional = faults.flatMap((each) => {
    const hasLeft = (each.kind === 'moved' || each.kind === 'withdrawn') && each.at <= now;
    return hasLeft ? [] : (additionalRecord(today, each) ?? []);
  });
  return [...movedFrom(analysedOn(addDays(day, -1)), day, now), ...own, ...additional];
};
