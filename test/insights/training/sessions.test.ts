import { localDays, ringOffsets } from '../../../services/insights/training/local-days.ts';
import { sessionsOf } from '../../../services/insights/training/sessions.ts';
import { trainingDays } from '../../../services/insights/training/training-measures.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import { setOn } from '../sets.ts';

const seconds = (instant: string): number => Date.parse(instant) / 1000;
const loggedAt = (instant: string, changed: Partial<WorkoutSet> = {}): WorkoutSet =>
  setOn('2026-03-01', 100, 5, { timestamp: seconds(instant), ...changed });
const HELSINKI = localDays(ringOffsets([]), 'Europe/Helsinki');
const shown = (sets: readonly WorkoutSet[], localDay = HELSINKI) =>
  sessionsOf(sets, localDay).map(({ date, started_at, sets: own }) => [
    date,
    new Date(started_at).toISOString(),
    own.length,
  ]);

test('sets logged one by one are one session while the gaps are shorter than 3 h', () => {
  const sets = ['T10:00:00Z', 'T12:59:59Z', 'T15:59:59Z'].map((time) => loggedAt(`2026-03-02${time}`));
  expect(shown(sets)).toEqual([
    ['2026-03-02', '2026-03-02T10:00:00.000Z', 2],
    ['2026-03-02', '2026-03-02T15:59:59.000Z', 1],
  ]);
});

test('a session across midnight has one start and the date of its start', () => {
  // 23:30 and 00:40 in Helsinki.
  const sets = [loggedAt('2026-03-02T22:40:00Z'), loggedAt('2026-03-02T21:30:00Z')];
  expect(shown(sets)).toEqual([['2026-03-02', '2026-03-02T21:30:00.000Z', 2]]);
  expect(trainingDays(sets, HELSINKI)).toMatchObject([
    { date: '2026-03-02', first_set_at: Date.parse('2026-03-02T21:30:00Z'), sets: 2, volume_load: 1000 },
  ]);
});

test('a workout that an earlier version imported, a second per set from 23:59:30, is one session', () => {
  const start = seconds('2026-03-02T21:59:30Z');
  const sets = Array.from({ length: 40 }, (_, index) => loggedAt('', { timestamp: start + index }));
  expect(shown(sets)).toEqual([['2026-03-02', '2026-03-02T21:59:30.000Z', 40]]);
});

test('imported sets are joined by the start of their workout, whatever is logged in between', () => {
  const workout_start = seconds('2026-03-02T10:00:00Z');
  const sets = [
    loggedAt('2026-03-02T10:00:00Z', { workout_start }),
    loggedAt('2026-03-02T15:00:00Z', { workout_start }),
    loggedAt('2026-03-02T10:30:00Z'),
    loggedAt('2026-03-02T11:00:00Z', { workout_start: seconds('2026-03-02T11:00:00Z') }),
  ];
  expect(shown(sets)).toEqual([
    ['2026-03-02', '2026-03-02T10:00:00.000Z', 2],
    ['2026-03-02', '2026-03-02T10:30:00.000Z', 1],
    ['2026-03-02', '2026-03-02T11:00:00.000Z', 1],
  ]);
});

test('an imported workout has the date that the file states', () => {
  const workout_start = seconds('2026-03-02T23:30:00Z');
  const sets = [
    loggedAt('2026-03-02T23:30:00Z', { workout_start, workout_local_start: '2026-03-02T18:30:00' }),
  ];
  expect(shown(sets)).toEqual([['2026-03-02', '2026-03-02T23:30:00.000Z', 1]]);
});

describe('the date of an instant', () => {
  const night = (bedtime_start: string | null, bedtime_end: string | null) => ({
    bedtime_start,
    bedtime_end,
  });
  /** At home in Helsinki until 6 March, then in Tokyo. */
  const nights = [
    night('2026-03-10T23:00:00+09:00', '2026-03-11T07:00:00+09:00'),
    night('2026-03-04T23:00:00+02:00', '2026-03-05T07:00:00+02:00'),
  ];
  const dayAt = localDays(ringOffsets(nights), 'Europe/Helsinki');

  test.each([
    // 00:30 in Tokyo, 17:30 in Helsinki.
    ['while travelling, is by the clock of the ring', '2026-03-10T15:30:00Z', '2026-03-11'],
    ['at home, is by the clock of the ring', '2026-03-04T22:30:00Z', '2026-03-05'],
    ['two days after the last night, is still by its clock', '2026-03-12T15:30:00Z', '2026-03-13'],
    [
      'more than two days from a night, is in the time zone of the stack',
      '2026-03-13T22:30:00Z',
      '2026-03-14',
    ],
    ['more than two days before a night, too', '2026-03-08T13:30:00Z', '2026-03-08'],
  ])('%s', (_when, instant, day) => {
    expect(dayAt(Date.parse(instant))).toBe(day);
  });

  test('is by the last bedtime before it, else by the next, so a later night moves no earlier workout', () => {
    const home = night('2026-03-10T05:00:00+00:00', '2026-03-10T07:00:00+00:00');
    const away = night('2026-03-11T01:00:00+09:00', '2026-03-11T07:00:00+09:00');
    const noon = Date.parse('2026-03-10T15:00:00Z');
    expect(ringOffsets([home])(noon)).toBe(0);
    expect(ringOffsets([away, home])(noon)).toBe(0);
    expect(ringOffsets([away, night(null, null)])(noon)).toBe(540);
    expect(ringOffsets([away, home])(Date.parse('2026-03-11T12:00:00Z'))).toBe(540);
  });

  test('is in the time zone of the stack without nights', () => {
    expect(HELSINKI(Date.parse('2026-03-10T22:30:00Z'))).toBe('2026-03-11');
  });
});

describe('minutes and exertion', () => {
  const workout = { workout_start: seconds('2026-03-02T10:00:00Z') };
  const of = (...sets: readonly Partial<WorkoutSet>[]) =>
    trainingDays(
      sets.map((changed) => loggedAt('2026-03-02T10:00:00Z', { ...workout, ...changed })),
      HELSINKI,
    );

  test('the minutes are those of the workouts, counted once each', () => {
    const one = { workout_duration_s: 3600 };
    const other = { workout_duration_s: 1500, workout_start: workout.workout_start + 30_000 };
    expect(of(one, one, other)).toMatchObject([{ minutes: 85 }]);
  });

  test('the minutes are null if one workout has none', () => {
    expect(of({ workout_duration_s: 3600 }, { workout_start: workout.workout_start + 30_000 })).toMatchObject(
      [{ minutes: null }],
    );
  });

  test('a timed exercise has minutes, but is no set and has no load', () => {
    expect(
      of({ reps: '0', duration_s: 1800, distance_m: 5000 }, { reps: '0', duration_s: 60 }),
    ).toMatchObject([{ minutes: 31, sets: 0, volume_load: 0, exercises: [], estimated_1rm_change: null }]);
  });

  test('the exertion is the mean of the sets that have one', () => {
    expect(of({ rpe: 7 }, { rpe: 8 }, {})).toMatchObject([{ rpe: 7.5, sets: 3 }]);
    expect(of({})).toMatchObject([{ rpe: null }]);
  });
});
