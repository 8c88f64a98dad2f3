import fc from 'fast-check';
import { localDays, ringOffsets } from '../../../services/insights/training/local-days.ts';
import { repetitionsOf } from '../../../services/insights/training/repetitions.ts';
import {
  estimatedOneRepMax,
  kilogramsOf,
  trainingDays,
} from '../../../services/insights/training/training-measures.ts';
import { addDays } from '../../../shared/core/day.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { setOn } from '../sets.ts';

/** The ring's clock is unknown. */
const inZone = (timeZone: string) => localDays(ringOffsets([]), timeZone);
const ZONE = inZone('Europe/Helsinki');

describe('repetitions', () => {
  test.each([
    ['8', { count: 8, orMore: false }],
    [' 12 ', { count: 12, orMore: false }],
    ['5 or below', { count: 5, orMore: false }],
    ['16 or above', { count: 16, orMore: true }],
    ['8+', { count: 8, orMore: true }],
    ['8-10', { count: 8, orMore: false }],
    ['AMRAP', { count: null, orMore: false }],
    ['99999', { count: null, orMore: false }],
    ['', { count: null, orMore: false }],
  ])('parses "%s" as %j', (text, read) => {
    expect(repetitionsOf(text)).toEqual(read);
  });
});

describe('estimated one-repetition maximum', () => {
  test.each([
    [100, 10, 133.333],
    [100, 5, 116.667],
    [100, 1, 100],
    [62.5, '5 or below', 72.917],
  ])('%d kg for %s repetitions gives %d kg (Epley)', (kilograms, reps, maximum) => {
    expect(estimatedOneRepMax(setOn('2026-03-01', kilograms, reps))).toBeCloseTo(maximum, 3);
  });

  test.each([
    ['with the body alone', 0, '8'],
    ['for more than 15 repetitions', 50, '20'],
    ['for an open end', 50, '16 or above'],
    ['for an unknown number', 50, 'AMRAP'],
  ])('is null %s', (_when, kilograms, reps) => {
    expect(estimatedOneRepMax(setOn('2026-03-01', kilograms, reps))).toBeNull();
  });

  test('rounds kilograms to the gram', () => {
    expect(kilogramsOf({ ...setOn('2026-03-01', 0, 1), weight: 225 })).toBe(102.058);
    expect(kilogramsOf(setOn('2026-03-01', 62.5, 1))).toBe(62.5);
  });
});

describe('training days', () => {
  test('one item is one set, independent of its set number', () => {
    const sets = [1, 2, 3].map((number) => setOn('2026-03-01', 100, 8, { sets: number }));
    expect(trainingDays(sets, ZONE)).toEqual([
      {
        ...{ date: '2026-03-01', first_set_at: Date.parse('2026-03-01T12:00:00Z'), minutes: null, rpe: null },
        ...{ volume_load: 2400, sets: 3, estimated_1rm_change: null },
        exercises: [
          { exercise: 'Squat', volume_load: 2400, estimated_1rm: 126.7, estimated_1rm_change: null },
        ],
      },
    ]);
  });

  test('a set with body weight only, or with unknown repetitions, has no load', () => {
    const sets = [
      setOn('2026-03-01', 0, 12),
      setOn('2026-03-01', 60, 'AMRAP'),
      setOn('2026-03-01', 60, '16 or above'),
    ];
    expect(trainingDays(sets, ZONE)).toMatchObject([{ sets: 3, volume_load: 960 }]);
  });

  test('a set belongs to the day in the time zone', () => {
    const late = { ...setOn('2026-03-01', 100, 5), timestamp: Date.parse('2026-03-01T23:30:00Z') / 1000 };
    expect(trainingDays([late], ZONE).map(({ date }) => date)).toEqual(['2026-03-02']);
    expect(trainingDays([late], inZone('America/Los_Angeles')).map(({ date }) => date)).toEqual([
      '2026-03-01',
    ]);
  });

  /** Two sessions a week; the best set grows by one kilogram per session. */
  const growing = (sessions: number) =>
    Array.from({ length: sessions }, (_, index) => setOn(addDays('2026-01-01', index * 3), 100 + index, 1));

  test('the change is null without a trend of five sessions', () => {
    expect(trainingDays(growing(5), ZONE).map((day) => day.estimated_1rm_change)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test('the change is 0 on the trend and 0.05 at 5 % above it', () => {
    const steady = growing(10);
    expect(trainingDays(steady, ZONE).at(-1)?.estimated_1rm_change).toBe(0);
    const better = [...steady.slice(0, -1), setOn(addDays('2026-01-01', 27), 109 * 1.05, 1)];
    expect(trainingDays(better, ZONE).at(-1)?.estimated_1rm_change).toBeCloseTo(0.05, 4);
  });

  test('the trend is robust against a mistyped weight', () => {
    const sets = growing(12);
    sets[6] = setOn(addDays('2026-01-01', 18), 1060, 1);
    expect(Math.abs(trainingDays(sets, ZONE).at(-1)?.estimated_1rm_change ?? 1)).toBeLessThan(0.01);
  });

  test('the trend ignores sessions more than eight weeks ago', () => {
    const sets = [...growing(8), setOn(addDays('2026-01-21', 57), 120, 1)];
    expect(trainingDays(sets, ZONE).at(-1)?.estimated_1rm_change).toBeNull();
  });

  test('the change is the mean over the exercises, whose names ignore case', () => {
    const sets = growing(9).flatMap((set, index) => [
      set,
      { ...set, workoutId: `bench-${index}`, exercise: index % 2 ? 'Bench Press' : 'bench press ' },
    ]);
    const day = addDays('2026-01-01', 27);
    const last = [setOn(day, 109 * 1.04, 1), setOn(day, 109 * 0.98, 1, { exercise: 'BENCH PRESS' })];
    expect(trainingDays([...sets, ...last], ZONE).at(-1)?.estimated_1rm_change).toBeCloseTo(0.01, 4);
  });

  test('later training does not change earlier days', () => {
    const one = fc.record({
      day: fc.integer({ min: 0, max: 60 }),
      kg: fc.integer({ min: 0, max: 200 }),
      reps: fc.constantFrom('5 or below', '8', '16 or above'),
    });
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 60 }),
        fc.array(one, { maxLength: 30 }),
        fc.integer({ min: 0, max: 60 }),
        (past, future, cut) => {
          const make = (each: typeof past) =>
            each.map(({ day, kg, reps }) => setOn(addDays('2026-01-01', day), kg, reps));
          const known = make(past.filter(({ day }) => day <= cut));
          const later = make(future.filter(({ day }) => day > cut));
          const before = trainingDays(known, ZONE);
          expect(trainingDays([...known, ...later], ZONE).slice(0, before.length)).toEqual(before);
        },
      ),
      propertyRuns(100),
    );
  });
});
