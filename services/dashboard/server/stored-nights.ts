import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { byDate, type Day } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { shareConcurrent } from '../../../shared/core/share-concurrent.ts';
import type { NightMetrics, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { presentNight } from '../../insights/features/as-of.ts';
import type { DatedNight } from '../../insights/features/metric-values.ts';
import type { DatedMetrics } from './group-nights.ts';

/** A stored night without its curves, its periods and its history, which are most of its size. */
export interface StoredNight {
  readonly metrics: DatedMetrics;
  /** As the insights see it. */
  readonly present: DatedNight;
}

interface Kept {
  readonly version: string;
  readonly night: StoredNight;
}

const metricsOf = (record: SleepRecord): DatedMetrics => ({
  ...(Object.fromEntries(METRIC_NAMES.map((name) => [name, record[name]])) as unknown as NightMetrics),
  date: record.date,
});

/**
 * All stored nights in order of date. It keeps them, and reads only the nights whose version has changed since the last read: of
 * ten years, all nights take a second, the versions a sixth of that. It reads nothing if no table has changed.
 * @param tablesState a text that differs after each write to a table, or undefined if that is unknown
 */
export const createStoredNights = (
  sleepTable: Pick<SleepTable, 'versions' | 'scan' | 'get'>,
  tablesState: () => string | undefined,
): (() => Promise<readonly StoredNight[]>) => {
  let kept: ReadonlyMap<Day, Kept> = new Map();
  let sorted: readonly StoredNight[] = [];
  /** The state of the tables before `sorted` was read. */
  let known: string | undefined;
  /** The nights whose version is not the kept one. */
  const readChanged = async (versions: ReadonlyMap<Day, string>): Promise<Iterable<SleepRecord>> => {
    if (kept.size === 0) return Array.fromAsync(sleepTable.scan());
    const changed = [...versions].filter(([date, version]) => kept.get(date)?.version !== version);
    return (await sleepTable.get(changed.map(([date]) => date))).values();
  };
  const read = shareConcurrent(async () => {
    const state = tablesState();
    if (state !== undefined && state === known) return sorted;
    // Before the nights: a night that changes in between is read again next time.
    const pairs = await Array.fromAsync(
      sleepTable.versions(),
      ({ date, version }) => [date, version] as const,
    );
    const versions = new Map(pairs);
    const next = new Map([...kept].filter(([date]) => versions.has(date)));
    for (const record of await readChanged(versions)) {
      const { date } = record;
      const night = { metrics: metricsOf(record), present: presentNight(record) };
      next.set(date, { version: versions.get(date) ?? '', night });
    }
    kept = next;
    sorted = [...next.values()]
      .map(({ night }) => night)
      .sort((one, other) => byDate(one.metrics, other.metrics));
    known = state;
    return sorted;
  });
  return async () => {
    const asked = tablesState();
    const nights = await read();
    // Else it shared a read that began before.
    return known === asked ? nights : read();
  };
};
