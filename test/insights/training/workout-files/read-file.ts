import { readFileSync } from 'node:fs';
import { fileText } from '../../../../services/insights/training/workout-files/decode-text.ts';
import type { WeightUnit } from '../../../../services/insights/training/workout-files/numbers-in-file.ts';
import { readWorkoutFile } from '../../../../services/insights/training/workout-files/read-workout-file.ts';
import type { WorkoutFile } from '../../../../services/insights/training/workout-files/workout-file.ts';
import { instantOfWallTime } from '../../../../shared/core/wall-time.ts';
import { POUNDS_PER_KILOGRAM } from '../../../../shared/core/weight.ts';
import { isTimedOnly } from '../../../../shared/core/workout-set.ts';
import { testClock } from '../../../helpers/clock.ts';

/** Reads a text as an import in a stack with this zone does, on 1 December 2026. */
export const readIn = (timeZone: string, text: string, unit?: WeightUnit): WorkoutFile => {
  const instantOf = (wallTime: string) => instantOfWallTime(timeZone, wallTime);
  const clock = testClock('2026-12-01T12:00:00Z');
  return readWorkoutFile(text, { clock, unit, instantOf, instantInZone: instantOf });
};

export const fixtureBytes = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/workouts/${name}`, import.meta.url));

/** Reads a file of test/fixtures/workouts in America/Los_Angeles. */
export const readFixture = (name: string, unit?: WeightUnit): WorkoutFile =>
  readIn('America/Los_Angeles', fileText(fixtureBytes(name)).text, unit);

/** The working sets and the kilograms of a file. */
export const totalsOf = ({ sets }: Pick<WorkoutFile, 'sets'>): { sets: number; kilograms: number } => {
  const working = sets.filter((set) => !isTimedOnly(set));
  const pounds = working.reduce((sum, { weight, reps }) => sum + weight * Number(reps), 0);
  return { sets: working.length, kilograms: Math.round((pounds / POUNDS_PER_KILOGRAM) * 10) / 10 };
};
