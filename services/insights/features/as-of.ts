import type { SleepSummary } from '../../../shared/aws/store/sleep-table.ts';
import { type Day, dayIn } from '../../../shared/core/day.ts';
import { METRIC_NAMES, type Metric, type NightMetrics } from '../../../shared/core/sleep-record.ts';

/** A night as it was known on some day. */
export interface KnownNight extends NightMetrics {
  readonly date: Day;
}

/** What a night's metrics were from `since` (epoch ms) until the next version. */
interface Version {
  readonly since: number;
  readonly metrics: NightMetrics;
}

const metricsOf = (values: Readonly<Record<Metric, unknown>>): NightMetrics =>
  Object.fromEntries(METRIC_NAMES.map((name) => [name, values[name]])) as unknown as NightMetrics;

/** The versions of a night, oldest first: what each revision replaced is put back over what replaced it. */
const versionsOf = (record: SleepSummary): [Version, ...Version[]] => {
  let metrics = metricsOf(record);
  let since = Date.parse(record.updated_at);
  const older: Version[] = [];
  for (const revision of record.history.toReversed()) {
    older.unshift({ since, metrics });
    metrics = metricsOf({ ...metrics, ...revision.changed });
    since = Date.parse(revision.stored_at);
  }
  return [{ since, metrics }, ...older];
};

/** Nights that can be asked for as they were known on the morning of any day. */
export interface KnownNights {
  /** The days that have a night, oldest first. */
  readonly dates: readonly Day[];
  /** The night of `date` as known on the morning of `day`; undefined where it was not, or lies after `day`. */
  night(date: Day, day: Day): KnownNight | undefined;
}

interface DatedNight {
  /** Oldest first; `day` is the day on which the version was stored. */
  readonly versions: readonly { readonly day: Day; readonly metrics: NightMetrics }[];
}

/**
 * What was known on the morning of a day: each night as it stood when the day began, and of the nights that first came in
 * on that day, its own among them, the first version. So the night that the daily run fetches at noon counts, and what a nap of
 * that afternoon or a re-read made of it does not.
 *
 * Nights from before the first sync were fetched afterwards, all at once: nothing tells when the ring knew them. Each counts
 * as known on its own morning, in the first version there is. A night that came late after that, because the app was not
 * opened or Oura was down, was not known before it came.
 */
export const createKnownNights = (records: readonly SleepSummary[], timeZone: string): KnownNights => {
  const dayOf = (epochMs: number): Day => dayIn(timeZone, epochMs);
  const firstSync = records.reduce(
    (first, record) => Math.min(first, Date.parse(record.first_synced_at)),
    Infinity,
  );
  const nights = new Map<Day, DatedNight>();
  for (const record of records) {
    const versions = versionsOf(record).map(({ since, metrics }) => ({ day: dayOf(since), metrics }));
    const [first, ...later] = versions;
    const backfilled = first !== undefined && record.date < dayOf(firstSync);
    nights.set(record.date, {
      versions: backfilled ? [{ ...first, day: record.date }, ...later] : versions,
    });
  }
  return {
    dates: [...nights.keys()].sort(),
    night: (date, day) => {
      const versions = nights.get(date)?.versions ?? [];
      const known =
        versions.findLast((version) => version.day < day) ?? versions.find((version) => version.day === day);
      return known && date <= day ? { ...known.metrics, date } : undefined;
    },
  };
};
