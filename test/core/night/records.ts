import { readFileSync } from 'node:fs';
import type { DayRecords, NightCollection, RawRecord } from '../../../shared/core/collections.ts';
import { assembleNight } from '../../../shared/core/night/assemble-night.ts';
import type { Night } from '../../../shared/core/sleep-record.ts';

/** The records in a sample of Oura's replies. */
export const sample = (name: string): RawRecord[] =>
  JSON.parse(readFileSync(`test/fixtures/oura/samples/${name}.json`, 'utf8')).data;

/** The records of `day` among `records`, with those of the other collections. */
export const recordsOf = (
  parts: Partial<Record<NightCollection, readonly RawRecord[]>>,
  day?: string,
): DayRecords => {
  const of = (collection: NightCollection) =>
    (parts[collection] ?? []).filter((record) => day === undefined || record['day'] === day);
  return {
    sleep: of('sleep'),
    daily_sleep: of('daily_sleep'),
    daily_readiness: of('daily_readiness'),
    daily_spo2: of('daily_spo2'),
  };
};

/** A complete period of 2026-03-10: 7 h of sleep. */
export const period = (changes: RawRecord = {}): RawRecord => ({
  id: 'p1',
  day: '2026-03-10',
  type: 'long_sleep',
  bedtime_start: '2026-03-09T23:00:00+02:00',
  bedtime_end: '2026-03-10T07:00:00+02:00',
  time_in_bed: 28_800,
  total_sleep_duration: 25_200,
  light_sleep_duration: 14_400,
  deep_sleep_duration: 5_400,
  rem_sleep_duration: 5_400,
  awake_time: 3_600,
  latency: 600,
  efficiency: 88,
  restless_periods: 100,
  average_heart_rate: 54.5,
  average_hrv: 48,
  ...changes,
});

/** A nap of half an hour on the same day. */
export const nap = (changes: RawRecord = {}): RawRecord =>
  period({
    id: 'nap',
    type: 'sleep',
    bedtime_start: '2026-03-10T14:00:00+02:00',
    bedtime_end: '2026-03-10T14:40:00+02:00',
    time_in_bed: 2_400,
    total_sleep_duration: 1_800,
    light_sleep_duration: 1_800,
    deep_sleep_duration: 0,
    rem_sleep_duration: 0,
    awake_time: 600,
    latency: 60,
    efficiency: 75,
    restless_periods: 10,
    average_heart_rate: 60,
    average_hrv: 40,
    ...changes,
  });

/** The night of 2026-03-10 with these periods and no daily document. */
export const nightOf = (...sleep: RawRecord[]): Night => {
  const night = assembleNight('2026-03-10', recordsOf({ sleep }));
  if (!night) throw new Error('no night');
  return night;
};
