import fc from 'fast-check';
import { newestDay } from '../../../shared/core/day.ts';
import { isSkippedDay, sleeperToday } from '../../../shared/core/night/sleeper-day.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';

const instants = fc.integer({
  min: Date.parse('2016-01-01T00:00:00Z'),
  max: Date.parse('2036-01-01T00:00:00Z'),
});
const offsets = fc.integer({ min: -12 * 4, max: 14 * 4 }).map((quarters) => quarters * 15);

/** `instant` as a clock shows it that is `minutes` ahead of UTC. */
const shown = (instant: number, minutes: number): string => {
  const ahead = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${new Date(instant + minutes * 60_000).toISOString().slice(0, 19)}${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
};

test('the clock of the latest night decides what today is for the sleeper', () => {
  const now = Date.parse('2026-05-02T19:00:00Z');
  const today = (bedtime_end: string | null) => sleeperToday({ bedtime_end }, 'America/Los_Angeles', now);
  expect(today('2026-05-02T06:30:00+12:00')).toBe('2026-05-03');
  expect(today('2026-05-02T06:30:00-10:00')).toBe('2026-05-02');
  expect(today('2026-05-02T06:30:00Z')).toBe('2026-05-02');
  expect(today('2026-05-02T06:30:00+04:30')).toBe('2026-05-02');
  expect(today('2026-05-02T06:30:00+05:30')).toBe('2026-05-03');
});

test('without a night, or if it has no bedtime, the clock of the configured zone decides', () => {
  const now = Date.parse('2026-05-02T05:00:00Z');
  expect(sleeperToday(undefined, 'America/Los_Angeles', now)).toBe('2026-05-01');
  expect(sleeperToday({ bedtime_end: null }, 'Pacific/Auckland', now)).toBe('2026-05-02');
});

test('at any offset, today is the date that a clock there shows, and has begun', () => {
  fc.assert(
    fc.property(instants, instants, offsets, (now, woke, minutes) => {
      const today = sleeperToday({ bedtime_end: shown(woke, minutes) }, 'UTC', now);
      expect(today).toBe(shown(now, minutes).slice(0, 10));
      expect(today <= newestDay(now)).toBe(true);
    }),
    propertyRuns(),
  );
});

const HONOLULU = { bedtime_start: '2026-05-09T22:30:00-10:00', bedtime_end: '2026-05-10T06:30:00-10:00' };
/** The night of 2026-05-12 by a clock that shows `offset`. */
const nightAt = (offset: string) => ({
  bedtime_start: `2026-05-11T22:30:00${offset}`,
  bedtime_end: `2026-05-12T06:30:00${offset}`,
});

test.each([
  ['Kiritimati', '+14:00'],
  ['Auckland', '+12:00'],
  ['Sydney', '+10:00'],
])('a sleeper who flies from Honolulu to %s skips the date between two nights', (_, offset) => {
  expect(isSkippedDay(HONOLULU, nightAt(offset))).toBe(true);
});

test('a sleeper on board, whose clock moves during the night, skips the date before that night', () => {
  const onBoard = { bedtime_start: '2026-05-10T23:30:00-10:00', bedtime_end: '2026-05-12T04:30:00+12:00' };
  expect(isSkippedDay(HONOLULU, onBoard)).toBe(true);
  const unfinished = { ...nightAt('+12:00'), bedtime_end: null };
  expect(isSkippedDay(HONOLULU, unfinished)).toBe(true);
});

test.each([
  ['who stays at home', HONOLULU, nightAt('-10:00')],
  ['who crosses no date line', HONOLULU, nightAt('-04:00')],
  ['who crosses the date line to the east', nightAt('+12:00'), HONOLULU],
  [
    'who stays awake for 22 hours at home',
    { ...HONOLULU, bedtime_end: '2026-05-10T20:00:00-10:00' },
    { ...nightAt('-10:00'), bedtime_start: '2026-05-11T18:00:00-10:00' },
  ],
  [
    'who lives a whole day on the way',
    HONOLULU,
    { ...nightAt('+12:00'), bedtime_start: '2026-05-12T04:30:00+12:00' },
  ],
  ['without a night before', undefined, nightAt('+12:00')],
  ['without a night after', HONOLULU, undefined],
  ['with a night without bedtimes', HONOLULU, { bedtime_start: null, bedtime_end: null }],
])('a sleeper %s skips no date', (_, before, after) => {
  expect(isSkippedDay(before, after)).toBe(false);
});

test('a clock that never moves skips no date', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 0, max: 72 * 60 }), offsets, (woke, awakeMinutes, minutes) => {
      const at = (instant: number) => ({
        bedtime_start: shown(instant, minutes),
        bedtime_end: shown(instant, minutes),
      });
      expect(isSkippedDay(at(woke), at(woke + awakeMinutes * 60_000))).toBe(false);
    }),
    propertyRuns(),
  );
});
