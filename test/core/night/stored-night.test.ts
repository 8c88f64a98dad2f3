import type { RawRecord } from '../../../shared/core/collections.ts';
import { RULES_VERSION } from '../../../shared/core/night/assemble-night.ts';
import { isOutdated, revisedFields, toPresentRules } from '../../../shared/core/night/stored-night.ts';
import type { Night, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { nap, nightOf, period } from './records.ts';

const DATE = '2026-03-10';
/** The night as a table returns it. */
const storedOf = (night: Night, changes: object = {}): SleepRecord =>
  ({ ...night, rules_version: RULES_VERSION, vanished_since: null, ...changes }) as SleepRecord;

test('an item without a version has the first form, which is outdated', () => {
  expect(isOutdated({})).toBe(true);
  expect(isOutdated({ rules_version: RULES_VERSION - 1 })).toBe(true);
  expect(isOutdated({ rules_version: RULES_VERSION })).toBe(false);
  expect(isOutdated({ rules_version: RULES_VERSION + 1 })).toBe(false);
});

test('an item of the present form, or of a later one, is returned unchanged', () => {
  for (const rules_version of [RULES_VERSION, RULES_VERSION + 1]) {
    const item = { date: DATE, rules_version, periods: [period()], hrv: 1 };
    expect(toPresentRules(item)).toBe(item);
  }
});

test('an item of the first form gets the fields that it lacks, and keeps what its documents gave', () => {
  const item = { date: DATE, periods: [period({ average_breath: 14 })], sleep_score: 81, hrv: 1 };
  expect(toPresentRules(item)).toMatchObject({
    ...{ rules_version: 1, sleep_score: 81, hrv: 48, breathing_rate: 14, time_in_bed: 28_800 },
    ...{ readiness_score: null, series: [], remarks: [], incomplete: [], vanished_since: null },
  });
});

test('remarks about periods are computed again, and all others stay', () => {
  const kept = [
    { kind: 'withdrawn_period', period_id: 'x', detail: 'd' },
    { kind: 'unusable_value', field: 'daily_sleep.score', detail: 'd' },
    { kind: 'unusable_value', period_id: 'x', field: 'sleep.heart_rate', detail: 'd' },
  ];
  const item = {
    ...{ date: DATE, rules_version: 1, periods: [period(), nap({ latency: 'x' })] },
    remarks: [{ kind: 'overlap', period_id: 'gone', detail: 'd' }, ...kept],
  };
  expect(toPresentRules(item).remarks).toEqual([
    { kind: 'unusable_value', period_id: 'nap', field: 'sleep.latency', detail: 'must be a number' },
    ...kept,
  ]);
});

test('a night whose main period is unusable by the present rules keeps its stored values', () => {
  const item = { date: DATE, periods: [period({ total_sleep_duration: -1 })], total_sleep_duration: 5 };
  expect(toPresentRules(item)).toMatchObject({ total_sleep_duration: 5, time_in_bed: null });
});

test('an item without periods is left to the validation', () => {
  expect(toPresentRules({ date: DATE })).toMatchObject({ date: DATE, rules_version: 1 });
});

test.each<[string, RawRecord, string[]]>([
  ['nothing', {}, []],
  ['a metric', { latency: 601 }, ['sleep_latency', 'periods']],
  ['a field that no metric uses', { ring_id: 'other' }, ['periods']],
  ['a field that became null', { ring_id: null }, ['periods']],
])('a revision names what has changed: %s', (_, change, fields) => {
  const old = storedOf(nightOf(period({ ring_id: 'ring' })));
  expect(revisedFields(old, nightOf(period({ ring_id: 'ring', ...change })))).toEqual(fields);
});

test('a new field of a period is no revision, and a missing or another period is one', () => {
  const old = storedOf(nightOf(period()));
  expect(revisedFields(old, nightOf(period({ new_field: 1 })))).toEqual([]);
  expect(revisedFields(old, nightOf(period({ id: 'p2' })))).toEqual(['periods']);
  expect(revisedFields(old, nightOf(period(), nap()))).toContain('periods');
  expect(revisedFields(storedOf(nightOf(period(), nap())), nightOf(nap(), period()))).toEqual([]);
});

test('a metric that the stored form lacks is no revision', () => {
  const night = { ...nightOf(period()), readiness_score: 77 };
  expect(revisedFields(storedOf(nightOf(period()), { rules_version: 1 }), night)).toEqual([]);
  expect(revisedFields(storedOf(nightOf(period())), night)).toEqual(['readiness_score']);
});

test('periods are compared although an id is an object without a usable toString', () => {
  const odd = period({ id: JSON.parse('{"toString": 1}') });
  const old = storedOf(nightOf(period(), odd));
  expect(revisedFields(old, nightOf(odd, period()))).toEqual([]);
});
