import type { NightCollection, RawRecord } from '../../../shared/core/collections.ts';
import { assembleNight } from '../../../shared/core/night/assemble-night.ts';
import { completeNight, type Expectations } from '../../../shared/core/night/complete-night.ts';
import type { Night, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { period, recordsOf } from './records.ts';

const DATE = '2026-03-10';
const ALL = ['daily_readiness', 'daily_sleep', 'daily_spo2'] as const;
const held = new Map<NightCollection, string>(
  ['sleep', ...ALL].map((collection) => [collection as NightCollection, '2026-01-01']),
);
const expected = (changes: Partial<Expectations> = {}): Expectations => ({
  ...{ today: DATE, scopes: undefined, firstRecords: held },
  ...changes,
});

interface Known extends Partial<Expectations> {
  readonly failed?: readonly NightCollection[];
  readonly known?: SleepRecord;
}

const complete = (
  documents: Partial<Record<NightCollection, readonly RawRecord[]>>,
  { failed = [], known, ...expecting }: Known = {},
): Night => {
  const records = recordsOf({ sleep: [period()], ...documents });
  const night = assembleNight(DATE, records);
  if (!night) throw new Error('no night');
  return completeNight(night, { records, failed: new Set(failed) }, known, expected(expecting));
};
const score = (value: number | null) => [{ id: 'd', day: DATE, score: value }];
const spo2 = [{ id: 's', day: DATE, breathing_disturbance_index: 4 }];
const full = { daily_sleep: score(80), daily_readiness: score(70), daily_spo2: spo2 };
const stored = (night: Night): SleepRecord => night as unknown as SleepRecord;

test('a night with a document of each collection is complete', () => {
  expect(complete(full).incomplete).toEqual([]);
});

test('a young night lacks each collection without a document, and each that failed', () => {
  expect(complete({}).incomplete).toEqual(ALL);
  expect(complete({ daily_sleep: score(80) }, { failed: ['daily_spo2'] }).incomplete).toEqual([
    'daily_readiness',
    'daily_spo2',
  ]);
});

test('a young night lacks a document that has no score yet, but not one without a breathing disturbance index', () => {
  const scoreless = { daily_sleep: score(null), daily_readiness: score(null), daily_spo2: [{ id: 's' }] };
  expect(complete(scoreless).incomplete).toEqual(['daily_readiness', 'daily_sleep']);
  expect(complete(scoreless, { today: '2026-03-13' }).incomplete).toEqual([]);
});

test('at three days of age only a collection that failed is expected', () => {
  expect(complete({}, { today: '2026-03-12' }).incomplete).toEqual(ALL);
  expect(complete({}, { today: '2026-03-13' }).incomplete).toEqual([]);
  expect(complete({}, { today: '2026-04-13', failed: ['daily_spo2'] }).incomplete).toEqual(['daily_spo2']);
});

test('a collection without a granted scope is not expected, not even if it failed', () => {
  const scopes = ['daily'];
  expect(complete({}, { scopes, failed: ['daily_spo2'] }).incomplete).toEqual([
    'daily_readiness',
    'daily_sleep',
  ]);
  expect(complete({}, { scopes: ['daily', 'spo2'] }).incomplete).toEqual(ALL);
});

test('a collection that never held a record is expected only until the account has nights for three days', () => {
  const since = (day: string) => new Map<NightCollection, string>([['sleep', day]]);
  expect(complete({}, { firstRecords: since('2026-03-07') }).incomplete).toEqual([]);
  expect(complete({}, { firstRecords: since('2026-03-08') }).incomplete).toEqual(ALL);
  expect(complete({}, { firstRecords: new Map() }).incomplete).toEqual(ALL);
});

test('keeps the stored values and remarks of the collections that failed, and no others', () => {
  const broken = [{ id: 'd', day: DATE, score: 80, contributors: { timing: 'HEALTH' } }];
  const known = stored(complete({ ...full, daily_sleep: broken }));
  const night = complete({}, { failed: ['daily_sleep', 'daily_spo2'], known });
  expect(night).toMatchObject({ sleep_score: 80, breathing_disturbances: 4, readiness_score: null });
  expect(night.remarks).toEqual(known.remarks);
  expect(night.incomplete).toEqual(['daily_readiness']);
});

test('keeps the ids of the documents of the collections that failed, and no others', () => {
  const known = stored(complete(full));
  expect(known.document_ids).toEqual({ daily_sleep: 'd', daily_readiness: 'd', daily_spo2: 's' });
  const next = complete(
    { daily_readiness: [{ id: 'new', day: DATE, score: 71 }] },
    { known, failed: ['daily_spo2'] },
  );
  expect(next.document_ids).toEqual({ daily_readiness: 'new', daily_spo2: 's' });
  expect(complete({}, { known })).not.toHaveProperty('document_ids');
});
