import { canonicalJson } from '../canonical-json.ts';
import { METRIC_NAMES, type Metric } from '../metrics.ts';
import type { Night, Period, SleepRecord } from '../sleep-record.ts';
import { periodMetrics, RULES_VERSION } from './assemble-night.ts';
import { isAboutPeriods } from './remarks.ts';
import { sleepDay } from './sleep-periods.ts';

/** The metrics that each version of the stored form added. Oura's values for them are new to us, not revised. */
const ADDED_METRICS: Readonly<Record<number, readonly Metric[]>> = {
  2: ['lowest_heart_rate', 'breathing_rate', 'readiness_score', 'time_in_bed'],
};

const addedSince = (version: number): readonly Metric[] =>
  Object.entries(ADDED_METRICS).flatMap(([added, metrics]) => (Number(added) > version ? metrics : []));

/** The form of an item without a `rules_version`. */
const FIRST_VERSION = 1;
const versionOf = ({ rules_version }: { readonly rules_version?: unknown }): number =>
  typeof rules_version === 'number' ? rules_version : FIRST_VERSION;

/** Whether the item was stored in an earlier form or computed by earlier rules. */
export const isOutdated = (item: { readonly rules_version?: unknown }): boolean =>
  versionOf(item) < RULES_VERSION;

/**
 * Reads a stored night: an item of an earlier form gets the fields that it lacks, with null or empty values, and metrics that
 * follow the present rules. The metrics of daily documents stay, because the documents are not stored. `rules_version` stays,
 * too: it says how the night is stored. The result is not validated.
 */
export const toPresentRules = (item: Readonly<Record<string, unknown>>): SleepRecord => {
  const rules_version = versionOf(item);
  if (rules_version >= RULES_VERSION) return item as unknown as SleepRecord;
  const added = Object.fromEntries(addedSince(rules_version).map((metric) => [metric, null]));
  const empty = { series: [], remarks: [], incomplete: [], vanished_since: null };
  const night = { ...empty, ...added, ...item, rules_version } as unknown as SleepRecord;
  if (!Array.isArray(night.periods)) return night;
  const day = sleepDay(night.date, night.periods);
  // Such a night was stored under other rules, and its values are the best known.
  if (day.invalid) return night;
  const kept = night.remarks.filter((remark) => !isAboutPeriods(remark));
  return { ...night, ...periodMetrics(day), remarks: [...day.remarks, ...kept] };
};

/** Whether Oura changed a period. A field that the earlier period lacks is new, not changed. */
const isChanged = (old: Period, now: Period): boolean =>
  Object.entries(old).some(([name, value]) => canonicalJson(value) !== canonicalJson(now[name]));

const idsOf = (periods: readonly Period[]): string =>
  canonicalJson(periods.map(({ id }) => canonicalJson(id ?? null)).sort());

const arePeriodsChanged = (old: readonly Period[], now: readonly Period[]): boolean => {
  if (idsOf(old) !== idsOf(now)) return true;
  const byId = new Map(now.map((period) => [period['id'], period]));
  return old.some((period) => isChanged(period, byId.get(period['id']) ?? {}));
};

/**
 * The metrics that Oura has revised, and `periods` if one of them has changed. Both nights follow the present rules.
 * @param old as {@link toPresentRules} returns it
 */
export const revisedFields = (old: SleepRecord, night: Night): (Metric | 'periods')[] => {
  const added = addedSince(old.rules_version);
  const metrics = METRIC_NAMES.filter((name) => old[name] !== night[name] && !added.includes(name));
  return arePeriodsChanged(old.periods, night.periods) ? [...metrics, 'periods'] : metrics;
};
