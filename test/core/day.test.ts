import fc from 'fast-check';
import {
  addDays,
  byDate,
  dayIn,
  daysBetween,
  daysFrom,
  earlierDay,
  isDay,
  isTimeZone,
  laterDay,
  newestDay,
  offsetMinutesOf,
} from '../../shared/core/day.ts';
import { daySchema } from '../../shared/core/day-schema.ts';
import { propertyRuns } from '../helpers/property-runs.ts';

const anyDay = fc.integer({ min: -20_000, max: 40_000 }).map((offset) => addDays('1970-01-01', offset));
const zones = [
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'America/Los_Angeles',
  'Europe/Helsinki',
  'Asia/Kathmandu',
];

test.each(['2024-02-29', '2026-12-31', '0001-01-01'])('%s is a day', (text) => {
  expect(isDay(text)).toBe(true);
});

test.each([
  '2026-02-29',
  '2026-13-01',
  '2026-00-10',
  '2026-1-1',
  '20260101',
  'x2026-01-01',
  '2026-01-01x',
  '2026-01-01T00:00:00Z',
  '+012026-01',
  '',
  20260101,
  null,
])('%p is not a day', (text) => {
  expect(isDay(text)).toBe(false);
});

test('a range includes both ends', () => {
  expect(daysFrom('2024-02-28', '2024-03-01')).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
});

test('a reversed range is empty', () => {
  expect(daysFrom('2024-03-02', '2024-03-01')).toEqual([]);
});

test('adding days and counting them are each other’s inverse', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: -5000, max: 5000 }), (day, count) => {
      expect(daysBetween(day, addDays(day, count))).toBe(count);
    }),
    propertyRuns(),
  );
});

test('an instant is on the day that the wall clock of the zone shows', () => {
  const instant = Date.parse('2026-03-10T10:30:00Z');
  expect(dayIn('Pacific/Kiritimati', instant)).toBe('2026-03-11');
  expect(dayIn('America/Los_Angeles', instant)).toBe('2026-03-10');
  expect(dayIn('Pacific/Pago_Pago', instant)).toBe('2026-03-09');
});

test('whatever the zone, an hour later is the same day or the next', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000_000 }),
      fc.constantFrom(...zones),
      (instant, zone) => {
        const step = daysBetween(dayIn(zone, instant), dayIn(zone, instant + 3_600_000));
        expect([0, 1]).toContain(step);
      },
    ),
    propertyRuns(),
  );
});

test('rejects an offset and an unknown zone as time zones', () => {
  expect(isTimeZone('+05:00')).toBe(false);
  expect(isTimeZone('-0800')).toBe(false);
  // Names of ICU, and names in another case: EventBridge rejects them.
  for (const name of [
    'PST',
    'JST',
    'SystemV/PST8PDT',
    'europe/helsinki',
    'Europe/HELSINKI',
    'us/pacific',
    'utc',
  ])
    expect([name, isTimeZone(name)]).toEqual([name, false]);
  expect(isTimeZone('America/Los_Angeles')).toBe(true);
  expect(isTimeZone('Mars/Olympus')).toBe(false);
  expect(isTimeZone(undefined)).toBe(false);
  expect(isTimeZone('')).toBe(false);
});

test('the year of a day has four digits', () => {
  expect(dayIn('UTC', Date.parse('0033-04-03T12:00:00Z'))).toBe('0033-04-03');
});

test('finds the later and the earlier of two days in any order', () => {
  expect([laterDay('2026-01-09', '2026-01-10'), laterDay('2026-01-10', '2026-01-09')]).toEqual([
    '2026-01-10',
    '2026-01-10',
  ]);
  expect([earlierDay('2026-01-09', '2026-01-10'), earlierDay('2026-01-10', '2026-01-09')]).toEqual([
    '2026-01-09',
    '2026-01-09',
  ]);
});

test('byDate sorts the oldest first', () => {
  const dates = ['2026-01-10', '2025-12-31', '2026-01-09'].map((date) => ({ date }));
  expect(dates.sort(byDate).map(({ date }) => date)).toEqual(['2025-12-31', '2026-01-09', '2026-01-10']);
});

test('the schema of a day accepts a real date or undefined', () => {
  for (const value of ['2026-01-09', undefined]) expect(daySchema().isValidSync(value)).toBe(true);
  expect(() => daySchema().validateSync('2026-02-29')).toThrow('must be a date YYYY-MM-DD');
  expect(daySchema().isValidSync(20260109)).toBe(false);
});

test('the newest date begins where clocks are furthest ahead', () => {
  expect(newestDay(Date.parse('2026-03-10T09:59:59Z'))).toBe('2026-03-10');
  expect(newestDay(Date.parse('2026-03-10T10:00:00Z'))).toBe('2026-03-11');
});

test('at any time, the newest date has begun in some zone, and no later date in any', () => {
  const everyZone = Intl.supportedValuesOf('timeZone');
  const instants = fc.integer({
    min: Date.parse('2016-01-01T00:00:00Z'),
    max: Date.parse('2036-01-01T00:00:00Z'),
  });
  fc.assert(
    fc.property(instants, (instant) => {
      expect(everyZone.map((zone) => dayIn(zone, instant)).reduce(laterDay)).toBe(newestDay(instant));
    }),
    propertyRuns(50),
  );
});

test.each([
  ['2026-03-28T23:30:00+01:00', 60],
  ['2026-03-28T23:30:00-09:30', -570],
  ['2026-03-28T23:30:00Z', 0],
  [null, null],
  [7, null],
])('the offset of %j is %j minutes', (instant, minutes) => {
  expect(offsetMinutesOf(instant)).toBe(minutes);
});
