import fc from 'fast-check';
import { instantOfWallTime, instantShowing, shownAt } from '../../shared/core/wall-time.ts';
import { propertyRuns } from '../helpers/property-runs.ts';

const at = (timeZone: string, wallTime: string) =>
  new Date(instantOfWallTime(timeZone, wallTime)).toISOString();

test.each([
  ['Europe/Helsinki', '2026-03-10T18:00:00', '2026-03-10T16:00:00.000Z'],
  ['America/Los_Angeles', '2026-07-10T18:00:30', '2026-07-11T01:00:30.000Z'],
  ['Asia/Kathmandu', '2026-01-01T00:00:00', '2025-12-31T18:15:00.000Z'],
  ['UTC', '1999-12-31T23:59:59', '1999-12-31T23:59:59.000Z'],
])('in %s the clocks show %s at %s', (timeZone, wallTime, instant) => {
  expect(at(timeZone, wallTime)).toBe(instant);
});

test('a time that the change to summer time skips is moved past the gap', () => {
  expect(at('Europe/Berlin', '2026-03-29T02:30:00')).toBe('2026-03-29T01:30:00.000Z');
});

test('uses the first instant of a time that happens twice', () => {
  expect(at('Europe/Berlin', '2026-10-25T02:30:00')).toBe('2026-10-25T00:30:00.000Z');
});

test.each([
  ['before the change to summer time', '2026-03-29T01:30:00', '2026-03-29T00:30:00.000Z'],
  ['that the change to summer time skips', '2026-03-29T02:30:00', undefined],
  ['after the change to summer time', '2026-03-29T03:30:00', '2026-03-29T01:30:00.000Z'],
  ['before the change to winter time', '2026-10-25T01:30:00', '2026-10-24T23:30:00.000Z'],
  ['that happens twice', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
  ['after the change to winter time', '2026-10-25T03:30:00', '2026-10-25T02:30:00.000Z'],
])('the clocks of Berlin first show a time %s, %s, at %s', (_which, wallTime, expected) => {
  const instant = instantShowing('Europe/Berlin', Date.parse(`${wallTime}Z`));
  expect(instant === undefined ? undefined : new Date(instant).toISOString()).toBe(expected);
});

test('shows the wall time at an instant', () => {
  expect(shownAt('Asia/Kathmandu', Date.parse('2025-12-31T18:15:09Z'))).toBe(
    Date.parse('2026-01-01T00:00:09Z'),
  );
});

test('a wall time leads back to its instant, or to the same reading an hour before', () => {
  const zones = fc.constantFrom(
    'America/Los_Angeles',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
  );
  const seconds = fc.integer({ min: Date.UTC(1990, 0) / 1000, max: Date.UTC(2030, 0) / 1000 });
  fc.assert(
    fc.property(zones, seconds, (timeZone, second) => {
      const wallTime = new Date(second * 1000).toLocaleString('sv-SE', { timeZone }).replace(' ', 'T');
      const before = second * 1000 - instantOfWallTime(timeZone, wallTime);
      expect([0, 1_800_000, 3_600_000]).toContain(before);
    }),
    propertyRuns(),
  );
});
