import type { Day } from '../day.ts';
import type { Night, Period, SleepRecord } from '../sleep-record.ts';
import { periodMetrics } from './assemble-night.ts';
import { isAboutPeriods, type Remark } from './remarks.ts';
import { sleepDay } from './sleep-periods.ts';

/** The day under which Oura now has each period, by id. */
export type DayOfPeriod = ReadonlyMap<string, Day>;

const idsOf = (periods: readonly Period[]): string[] =>
  periods.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));

/** The periods of a stored night that Oura now has under another day, with that day. */
export const movedPeriods = (known: SleepRecord, dayOfPeriod: DayOfPeriod): Map<string, Day> =>
  new Map(
    idsOf(known.periods).flatMap((id) => {
      const day = dayOfPeriod.get(id);
      return day === undefined || day === known.date ? [] : [[id, day] as const];
    }),
  );

/** Whether Oura no longer has one of the periods of a stored night under any day. */
export const lacksPeriod = (known: SleepRecord, dayOfPeriod: DayOfPeriod): boolean =>
  idsOf(known.periods).some((id) => !dayOfPeriod.has(id));

const withdrawn = (period_id: string, day: Day | undefined): Remark => ({
  kind: 'withdrawn_period',
  period_id,
  detail: day === undefined ? 'Oura no longer has the period' : `Oura now has the period under ${day}`,
});

/**
 * Adds a remark for each period that the stored night had and the new one has not. The remark stays as long as the period
 * stays away.
 */
export const withWithdrawals = (night: Night, known: SleepRecord, dayOfPeriod: DayOfPeriod): Night => {
  const present = new Set(idsOf(night.periods));
  const before = known.remarks.filter(({ kind }) => kind === 'withdrawn_period');
  const remarks = new Map(before.map((remark) => [remark.period_id ?? '', remark]));
  for (const id of idsOf(known.periods)) remarks.set(id, withdrawn(id, dayOfPeriod.get(id)));
  const away = [...remarks].filter(([id]) => !present.has(id)).sort();
  return { ...night, remarks: [...night.remarks, ...away.map(([, remark]) => remark)] };
};

/**
 * The night of a day for which Oura no longer has a record. An empty response has five causes (docs/oura-api.md §7.8), so
 * everything stored stays, except the periods that Oura now has under another day: a period belongs to one night.
 */
export const vanishedNight = (known: SleepRecord, dayOfPeriod: DayOfPeriod, at: string): Night => {
  const vanished_since = known.vanished_since ?? at;
  const moved = movedPeriods(known, dayOfPeriod);
  if (moved.size === 0) return { ...known, vanished_since };
  const isKept = (id: unknown): boolean => typeof id !== 'string' || !moved.has(id);
  const periods = known.periods.filter(({ id }) => isKept(id));
  const day = sleepDay(known.date, periods);
  // Those of the documents, and of the curves of the periods that stay.
  const ofOthers = known.remarks.filter(
    (remark) => remark.kind !== 'withdrawn_period' && !isAboutPeriods(remark) && isKept(remark.period_id),
  );
  const night = {
    ...known,
    ...periodMetrics(day),
    periods,
    series: known.series.filter(({ period_id }) => isKept(period_id)),
    remarks: [...day.remarks, ...ofOthers],
    vanished_since,
  };
  return withWithdrawals(night, known, dayOfPeriod);
};
