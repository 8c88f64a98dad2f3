import { type Day, dayIn } from '../../../shared/core/day.ts';
import { periodMetrics } from '../../../shared/core/night/assemble-night.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { Period, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { datedNight, type NightOfPeriods, withEarlierScores } from './dated-night.ts';
import type { DatedNight } from './metric-values.ts';

/** A version of a night, and when it was stored (epoch ms). */
export interface KnownNight {
  readonly since: number;
  readonly night: DatedNight;
}

/** The earlier periods, if the revision changed them. Revisions store values of any shape. */
const periodsIn = (changed: Readonly<Record<string, unknown>>): readonly Period[] | undefined => {
  const { periods } = changed;
  if (!Array.isArray(periods)) return undefined;
  return periods.filter((period) => typeof period === 'object' && period !== null);
};

/**
 * The night before a revision. The metrics of its periods are computed from the earlier periods by the present rules, so that
 * all versions of all nights follow the same rules.
 */
const undo = (night: NightOfPeriods, changed: Readonly<Record<string, unknown>>): NightOfPeriods => {
  const periods = periodsIn(changed);
  return {
    ...night,
    ...changed,
    periods: periods ?? night.periods,
    // Revisions keep no curves, and the present ones can differ.
    ...(periods && { ...periodMetrics(sleepDay(night.date, periods)), series: [] }),
  };
};

/** Reconstructs the versions of a night, oldest first, by undoing one revision after another. */
const versionsOf = (record: SleepRecord): [KnownNight, ...KnownNight[]] => {
  let stored: NightOfPeriods = record;
  let since = Date.parse(record.updated_at);
  const newer: { readonly since: number; readonly stored: NightOfPeriods }[] = [];
  for (const revision of record.history.toReversed()) {
    newer.unshift({ since, stored });
    stored = undo(stored, revision.changed);
    since = Date.parse(revision.stored_at);
  }
  const first = { since, night: datedNight(stored) };
  let { night } = first;
  const later = newer.map((version) => {
    night = withEarlierScores(datedNight(version.stored), night);
    return { since: version.since, night };
  });
  return [first, ...later];
};

/** The night as it is known now. */
export const presentNight = (record: SleepRecord): DatedNight => {
  const night = datedNight(record);
  if (night.naps.length === 0) return night;
  const [first, ...later] = versionsOf(record);
  return (later.at(-1) ?? first).night;
};

/** Nights as they were known on the morning of any day. */
export interface KnownNights {
  /** The dates with a night, oldest first. */
  readonly dates: readonly Day[];
  /** Returns the night of `date` as known on the morning of `day`; `undefined` if it was unknown or is after `day`. */
  version(date: Day, day: Day): KnownNight | undefined;
  night(date: Day, day: Day): DatedNight | undefined;
}

/**
 * Decides what was known on the morning of a day: each night as stored when the day began, and the first version of each night
 * that was first stored on that day, including its own. The night that the daily run fetches at noon therefore counts, but not
 * its changes after a nap that afternoon or a re-read.
 *
 * Nights before the first sync were fetched afterwards, so the time when the ring had them is unknown. Each counts as known on
 * its own morning in its first version. Those that arrived after the day of the first sync in a look-back (`arrived_at`) were
 * late, like later nights that the user did not sync in time: they count as unknown until they arrived.
 */
export const createKnownNights = (records: readonly SleepRecord[], timeZone: string): KnownNights => {
  /** The nights of a backfill were stored at a few instants. */
  const days = new Map<number, Day>();
  const dayOf = (epochMs: number): Day => {
    const day = days.get(epochMs) ?? dayIn(timeZone, epochMs);
    days.set(epochMs, day);
    return day;
  };
  const firstSync = records.reduce(
    (first, record) => Math.min(first, Date.parse(record.first_synced_at)),
    Infinity,
  );
  const isBackfilled = ({ date, arrived_at }: SleepRecord): boolean =>
    date < dayOf(firstSync) &&
    (arrived_at === undefined || dayOf(Date.parse(arrived_at)) <= dayOf(firstSync));
  /** The versions of each night, oldest first, with the day since when each counts. */
  const nights = new Map<Day, readonly (KnownNight & { readonly day: Day })[]>();
  for (const record of records) {
    const versions = versionsOf(record).map((version) => ({ ...version, day: dayOf(version.since) }));
    const [first, ...later] = versions;
    nights.set(
      record.date,
      first && isBackfilled(record) ? [{ ...first, day: record.date }, ...later] : versions,
    );
  }
  const version = (date: Day, day: Day): KnownNight | undefined => {
    if (date > day) return undefined;
    const versions = nights.get(date) ?? [];
    return versions.findLast((each) => each.day < day) ?? versions.find((each) => each.day === day);
  };
  return {
    dates: [...nights.keys()].sort(),
    version,
    night: (date, day) => version(date, day)?.night,
  };
};
