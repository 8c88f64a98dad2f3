import type { RawRecord } from '../../../shared/core/collections.ts';
import { contentHash } from '../../../shared/core/night/content-hash.ts';
import { nap, nightOf, period } from './records.ts';

const hashOf = (...sleep: RawRecord[]) => contentHash(nightOf(...sleep));

test('is 64 hexadecimal digits and does not change from one version of this code to the next', () => {
  // A new value here makes every stored night differ at its next re-read, so each is compared field by field and rewritten.
  expect(hashOf(period(), nap())).toBe('f020cc5c46ef7f73a4095ebe0d470ffbfc11d09920a71431525eaec11dae067f');
});

test('does not depend on the order of records or of keys', () => {
  const turned = Object.fromEntries(
    Object.entries(period({ readiness: { score: 1, temperature_deviation: 0 } })).reverse(),
  );
  expect(hashOf(nap(), turned)).toBe(
    hashOf(period({ readiness: { temperature_deviation: 0, score: 1 } }), nap()),
  );
});

test('does not depend on the order in which a table returns the periods', () => {
  const night = nightOf(period(), nap());
  expect(contentHash({ ...night, periods: [...night.periods].reverse() })).toBe(contentHash(night));
});

test.each<[string, RawRecord]>([
  ['a metric', { latency: 601 }],
  ['a null that was a zero', { latency: null }],
  ['a field that no metric uses', { sleep_score_delta: 3 }],
  ['the ring', { ring_id: 'other' }],
])('changes with %s', (_, change) => {
  expect(hashOf(period(change))).not.toBe(hashOf(period()));
});

test('does not change with the series, which are stored apart', () => {
  expect(hashOf(period({ heart_rate: { items: [1] } }))).toBe(hashOf(period()));
});
