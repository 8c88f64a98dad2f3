import { readFileSync } from 'node:fs';
import { readFixture, totalsOf } from './read-file.ts';

const iso = (seconds: number | undefined) => new Date((seconds ?? 0) * 1000).toISOString();

test.each([
  ['02_strong_v6_semicolon_crlf_bom.csv', 3, 1455],
  ['05_strong_french_headers.csv', 1, 600],
  ['07_strong_two_files_concatenated.csv', 2, 499.5],
  ['10_strong_assisted_negative.csv', 7, 60],
  ['12_hevy_locales.csv', 49, 49 * 400],
  ['15_strong_dst.csv', 42, 42 * 500],
  ['17_excel_resaved_sep_line.csv', 1, 500],
  ['18_fitnotes.csv', 1, 400],
  ['21_liftosaur.csv', 1, 500],
  ['30a_strong_old_version.csv', 3, 1200],
  ['30b_same_workout_new_version_rest_timers.csv', 3, 1200],
  ['32a_hevy_before_delete.csv', 4, 1630],
  ['32b_hevy_first_set_deleted.csv', 3, 1230],
  ['37_strong_unit_typo_kgs.csv', 2, 2558.3],
])('%s has %d sets and %d kg', (name, sets, kilograms) => {
  expect(totalsOf(readFixture(name, 'kg'))).toEqual({ sets, kilograms });
});

test('Strong 6 has a timer and a note besides, and its duration', () => {
  const { sets, leftOut } = readFixture('02_strong_v6_semicolon_crlf_bom.csv');
  expect(leftOut).toEqual({ 'warm-up sets': 1, 'notes and timers': 3 });
  expect(sets.map((set) => set.workout_duration_s)).toEqual([3900, 3900, 3900]);
});

test('a header in French is recognized by what its columns hold', () => {
  const { sets, leftOut } = readFixture('05_strong_french_headers.csv', 'kg');
  expect(leftOut).toEqual({ 'notes and timers': 1 });
  expect(sets).toMatchObject([
    { exercise: 'Squat', workout_title: 'Matin', workout_duration_s: 3600, reps: '10' },
  ]);
});

test('the second header of a file applies from there', () => {
  const { sets } = readFixture('07_strong_two_files_concatenated.csv');
  expect(sets.map(({ weight }) => weight)).toEqual([expect.closeTo(110.231, 3), 110]);
});

test('a negative weight and that of an assisted machine are assistance, and a plank is timed', () => {
  const { sets } = readFixture('10_strong_assisted_negative.csv', 'kg');
  const kilograms = (pounds: number | undefined) => pounds && Math.round(pounds / 2.2046226);
  expect(sets.map(({ weight, assistance }) => [kilograms(weight), kilograms(assistance)])).toEqual([
    [0, 20],
    [0, 20],
    [0, undefined],
    [0, undefined],
    [0, 15],
    [10, undefined],
    [0, 25],
    [0, undefined],
  ]);
  expect(sets.at(-1)).toMatchObject({ exercise: 'Plank', reps: '0', duration_s: 60 });
});

test('of 52 spellings of times, only those with an unknown order of day and month are not read', () => {
  const { sets, refused } = readFixture('12_hevy_locales.csv');
  expect(refused.map(({ place, reason }) => [place, reason.split('"')[1]])).toEqual([
    ['line 51', '3. 10. 2026, 18:00'],
    ['line 52', '3.10.2026, 18:00'],
    ['line 53', '03/10/2026 18:00'],
  ]);
  const spellings = readFileSync(
    new URL('../../../fixtures/workouts/12_locales.txt', import.meta.url),
    'utf8',
  );
  const read = new Map(sets.map((set) => [Number(set.workout_title?.slice(1)), set.workout_local_start]));
  const table = spellings
    .trim()
    .split('\n')
    .map((text, index) => `${text} → ${read.get(index)}`);
  expect(table).toMatchSnapshot();
});

test('a time that a clock change skips is after it, one that occurs twice is the first, and 40 sets from 23:59:30 have one start', () => {
  const { sets, workouts } = readFixture('15_strong_dst.csv', 'kg');
  expect(sets.slice(0, 2).map((set) => iso(set.workout_start))).toEqual([
    '2026-03-08T10:30:00.000Z',
    '2025-11-02T08:30:00.000Z',
  ]);
  expect(workouts).toHaveLength(3);
  expect(new Set(sets.slice(2).map((set) => set.workout_local_start))).toEqual(
    new Set(['2026-03-07T23:59:30']),
  );
});

test('FitNotes has no time of day: a workout is at noon', () => {
  const { format, sets } = readFixture('18_fitnotes.csv');
  expect(format).toBe('FitNotes');
  expect(sets).toMatchObject([
    { workout_local_start: '2026-05-17T12:00:00', exercise: 'Flat Barbell Bench Press' },
  ]);
});

test('Liftosaur writes UTC', () => {
  const { format, sets } = readFixture('21_liftosaur.csv');
  expect(format).toBe('Liftosaur');
  expect(sets.map((set) => [iso(set.workout_start), set.workout_local_start])).toEqual([
    ['2026-05-20T10:00:00.000Z', undefined],
  ]);
});

test.each(['kg', 'lb'] as const)('the unit of a row counts, whatever --unit %s says', (unit) => {
  expect(totalsOf(readFixture('37_strong_unit_typo_kgs.csv', unit)).kilograms).toBe(2558.3);
});
