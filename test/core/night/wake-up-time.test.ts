import { iso } from '../../../shared/core/clock.ts';
import { addDays } from '../../../shared/core/day.ts';
import { morningOf, usualWakeUp } from '../../../shared/core/night/wake-up-time.ts';

const ZONE = 'America/Los_Angeles';
/** Nights up to 2026-03-06 with these wake-up times. */
const nights = (...times: (string | null)[]) =>
  times.map((time, at) => {
    const date = addDays('2026-03-06', at + 1 - times.length);
    return { date, bedtime_end: time === null ? null : `${date}T${time}` };
  });
const morning = (woken: ReturnType<typeof nights>, now: string) => {
  const { day, wakesAt, until } = morningOf(woken, ZONE, Date.parse(now));
  return [day, iso(wakesAt), iso(until)];
};
const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
const HOME = Array.from({ length: 5 }, () => '06:40:00-08:00');

test.each<[string, string[]]>([
  ['7:00', []],
  ['7:00', ['05:00', '05:00', '05:00', '05:00']],
  ['6:30', ['06:30', '11:00', '06:10', '06:40', '06:20']],
  ['6:20', ['06:30', '11:00', '06:10', '06:40', '06:20', '05:30']],
  ['0:05', ['23:50', '00:10', '00:05', '23:40', '00:20']],
  ['23:50', ['23:50', '00:10', '23:30', '23:20', '00:20']],
  ['15:10', ['15:00', '15:20', '15:10', '16:00', '14:40']],
])(
  'the usual wake-up time is the median on a clock, and seven without five nights: %s',
  (expected, times) => {
    expect(clock(usualWakeUp(nights(...times.map((time) => `${time}:00-08:00`))))).toBe(expected);
  },
);

test('a night without an end says nothing about the wake-up time', () => {
  expect(clock(usualWakeUp(nights(...HOME, null)))).toBe('6:40');
  expect(clock(usualWakeUp(nights(...HOME.slice(1), null)))).toBe('7:00');
});

test('at home, the wake-up time follows the clock of the zone through both changes', () => {
  expect(morning(nights(...HOME), '2026-03-07T12:00:00Z')).toEqual([
    ...['2026-03-07', '2026-03-07T14:40:00.000Z', '2026-03-08T08:00:00.000Z'],
  ]);
  // The clocks go forward at 2:00, and the night before was in winter time. The day has 23 hours.
  expect(morning(nights(...HOME), '2026-03-08T12:00:00Z')).toEqual([
    ...['2026-03-08', '2026-03-08T13:40:00.000Z', '2026-03-09T07:00:00.000Z'],
  ]);
  const summer = nights(...HOME).map(({ date }) => ({
    date: addDays(date, 239),
    bedtime_end: `${addDays(date, 239)}T06:40:00-07:00`,
  }));
  expect(morning(summer, '2026-11-01T12:00:00Z')).toEqual([
    ...['2026-11-01', '2026-11-01T14:40:00.000Z', '2026-11-02T08:00:00.000Z'],
  ]);
});

test('elsewhere, day and wake-up time follow the clock of the newest night', () => {
  const abroad = nights(...HOME, '06:50:00+09:00', '07:30:00+09:00');
  expect(morning(abroad, '2026-03-06T20:00:00Z')).toEqual([
    ...['2026-03-07', '2026-03-06T21:40:00.000Z', '2026-03-07T15:00:00.000Z'],
  ]);
});

test('wall-clock times of several zones are compared as such: the sleeper keeps the habit', () => {
  const travelled = nights(
    '06:40:00-08:00',
    '06:50:00+09:00',
    '06:30:00+01:00',
    '06:45:00+01:00',
    '06:35:00-08:00',
  );
  expect(clock(usualWakeUp(travelled))).toBe('6:40');
});
