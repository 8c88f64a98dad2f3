import { sampleRankCorrelation } from 'simple-statistics';
import { localDays, ringOffsets } from '../../services/insights/training/local-days.ts';
import { trainingDays } from '../../services/insights/training/training-measures.ts';
import {
  createLifter,
  NO_EFFECTS,
  type SleepEffects,
  sessionOn,
} from '../../services/ring-simulator/sleeper/lifter.ts';
import { addDays, dayIn, daysFrom } from '../../shared/core/day.ts';
import { workoutSetSchema } from '../../shared/core/workout-set.ts';

const ZONE = 'America/Los_Angeles';
const DAYS = daysFrom('2025-01-01', addDays('2025-01-01', 359));

test('depends only on seed and day, in any order', () => {
  const [one, other] = [createLifter({ seed: 7, timeZone: ZONE }), createLifter({ seed: 7, timeZone: ZONE })];
  const forwards = DAYS.map((day) => one.sets(day));
  expect(DAYS.toReversed().map((day) => other.sets(day))).toEqual(forwards.toReversed());
  expect(createLifter({ seed: 8, timeZone: ZONE }).sets('2025-01-04')).not.toEqual(one.sets('2025-01-04'));
});

test("logs sets in GainsIQ's format, with unique keys, on the same day", () => {
  const lifter = createLifter({ seed: 1, timeZone: ZONE });
  const logged = DAYS.flatMap((day) => lifter.sets(day).map((set) => ({ day, set })));
  for (const { day, set } of logged) {
    expect(workoutSetSchema.isValidSync(set)).toBe(true);
    expect(dayIn(ZONE, set.timestamp * 1000)).toBe(day);
  }
  expect(new Set(logged.map(({ set }) => set.workoutId)).size).toBe(logged.length);
});

test('trains three or four days a week', () => {
  const lifter = createLifter({ seed: 1, timeZone: ZONE });
  const trained = DAYS.filter((day) => lifter.sets(day).length > 0).length;
  expect((trained / DAYS.length) * 7).toBeGreaterThan(3);
  expect((trained / DAYS.length) * 7).toBeLessThan(4);
});

/** Rank correlations over a year of four lifters. */
const relations = (effects?: SleepEffects) => {
  const rows = [1, 2, 3, 4].flatMap((seed) => {
    const lifter = createLifter({ seed, timeZone: ZONE, ...(effects && { effects }) });
    return trainingDays(DAYS.flatMap(lifter.sets), localDays(ringOffsets([]), ZONE))
      .filter(({ estimated_1rm_change }) => estimated_1rm_change !== null)
      .map((day) => ({ ...day, ...lifter.slept(day.date) }));
  });
  const of = (name: 'hours' | 'hrv' | 'volume_load' | 'sets' | 'estimated_1rm_change') =>
    rows.map((row) => row[name] ?? 0);
  return {
    volume: sampleRankCorrelation(of('hours'), of('volume_load')),
    strength: sampleRankCorrelation(of('hrv'), of('estimated_1rm_change')),
    sets: sampleRankCorrelation(of('hours'), of('sets')),
  };
};

test('volume follows sleep duration, strength follows HRV, and the number of sets follows neither', () => {
  const { volume, strength, sets } = relations();
  expect(volume).toBeGreaterThan(0.45);
  expect(strength).toBeGreaterThan(0.35);
  expect(Math.abs(sets)).toBeLessThan(0.08);
});

test('without effects, training is unrelated to sleep', () => {
  for (const rho of Object.values(relations(NO_EFFECTS))) expect(Math.abs(rho)).toBeLessThan(0.08);
});

test('an hour of sleep changes the repetitions, and 10 ms of HRV the top weight, by the given shares', () => {
  const effects = { volumePerHour: 0.1, strengthPer10Ms: 0.05 };
  const session = (slept: { hours: number; hrv: number }) =>
    DAYS.flatMap((day) => sessionOn({ seed: 3, startsAt: 0, effects }, day, slept));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const working = (slept: { hours: number; hrv: number }) =>
    mean(
      session(slept)
        .filter(({ exercise, sets }) => exercise === 'Squat' && sets > 1)
        .map(({ reps }) => Number(reps)),
    );
  const top = (slept: { hours: number; hrv: number }) =>
    mean(
      session(slept)
        .filter(({ exercise, sets }) => exercise === 'Squat' && sets === 1)
        .map(({ weight }) => weight),
    );
  expect(working({ hours: 7.85, hrv: 57 }) - working({ hours: 6.85, hrv: 57 })).toBeCloseTo(1, 1);
  expect(top({ hours: 7.35, hrv: 67 }) / top({ hours: 7.35, hrv: 57 })).toBeCloseTo(1.05, 2);
});
