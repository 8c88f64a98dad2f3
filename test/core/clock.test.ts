import { expect, test } from '@jest/globals';
import { clockFrom, iso, systemClock } from '../../shared/core/clock.ts';

test('the system clock shows now', () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test('a pinned clock starts at its instant and runs on', async () => {
  const pinned = Date.parse('2020-01-01T00:00:00Z');
  const clock = clockFrom(pinned);
  const first = clock.now();
  expect(first).toBeGreaterThanOrEqual(pinned);
  expect(first).toBeLessThan(pinned + 60_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(clock.now()).toBeGreaterThan(first);
});

test('an instant is stored as ISO 8601 in UTC', () => {
  expect(iso(0)).toBe('1970-01-01T00:00:00.000Z');
});
