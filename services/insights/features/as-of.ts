import type { SleepSummary } from '../../../shared/aws/store/sleep-table.ts';
import { type Day, dayIn } from '../../../shared/core/day.ts';
import { periodMetrics } from '../../../shared/core/night/assemble-night.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { Period } from '../../../shared/core/sleep-record.ts';
import { datedNight, type NightOfPeriods } from './dated-night.ts';
import type { DatedNight } from './metric-values.ts';

/** A night from `since` (epoch ms) until the next version. */
interface Version {
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
    ...(periods && periodMetrics(sleepDay(night.date, periods))),
  };
};

/** Reconstructs the versions of a night, oldest first, by undoing one revision after another. */
const versionsOf = (record: SleepSummary): [Version, ...Version[]] => {
  let night: NightOfPeriods = record;
  let since = Date.parse(record.updated_at);
  const older: Version[] = [];
  for (const revision of record.history.toReversed()) {
    older.unshift({ since, night: datedNight(night) });
    night = undo(night, revision.changed);
    since = Date.parse(revision.stored_at);
  }
  return [{ since, night: datedNight(night) }, ...older];
};

/** Nights as they were known on the morning of any day. */
export interface KnownNights {
  /** The dates with a night, oldest first. */
  readonly dates: readonly Day[];
  /** Returns the night of `date` as known on the morning of `day`; `undefined` if it was unknown or is after `day`. */
  night(date: Day, day: Day): DatedNight | undefined;
}

/**
 * Decides what was known on the morning of a day: each night as stored when the day began, and the first version of each night
 * that was first stored on that day, including its own. The night that the daily run fetches at noon therefore counts, but not
 * its changes after a nap that afternoon or a re-read.
 *
 * Nights before the first sync were fetched later, all at once, so the time when the ring had them is unknown. Each counts as
 * known on its own morning in its first version. Later nights that arrived late, because the user did not open the app or Oura
 * was down, count as unknown until they arrived.
 */
export const createKnownNights = (records: readonly SleepSummary[], timeZone: string): KnownNights => {
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
  /** The versions of each night, oldest first, with the day when each was stored. */
  const nights = new Map<Day, readonly { readonly day: Day; readonly night: DatedNight }[]>();
  for (const record of records) {
    const versions = versionsOf(record).map(({ since, night }) => ({ day: dayOf(since), night }));
    const [first, ...later] = versions;
    const backfilled = first !== undefined && record.date < dayOf(firstSync);
    nights.set(record.date, backfilled ? [{ ...first, day: record.date }, ...later] : versions);
  }
  return {
    dates: [...nights.keys()].sort(),
    night: (date, day) => {
      const versions = nights.get(date) ?? [];
      const known =
        versions.findLast((version) => version.day < day) ?? versions.find((version) => version.day === day);
      return known && date <= day ? known.night : undefined;
    },
  };
};
