import type { Clock } from '../../../../shared/core/clock.ts';
import { type ReadSets, setsOfApp, type WeightUnit } from './app-sets.ts';
import { readCsv } from './csv-rows.ts';
import { gainsiqItems, gainsiqSets } from './gainsiq.ts';
import { hevyRow, isHevy } from './hevy.ts';
import { isStrong, strongRow, strongSaysUnit } from './strong.ts';

/** A file is none that workouts can be read from; the message says why, in one sentence. */
export class WorkoutFileUnusable extends Error {
  override readonly name = 'WorkoutFileUnusable';
  readonly retryable = false;
}

/** A file of workouts: whose export it is, and what is in it. */
export interface WorkoutFile extends ReadSets {
  readonly format: 'GainsIQ' | 'Hevy' | 'Strong';
}

/** How far a workout may lie ahead: the clock of a phone, or its time zone, may differ from this machine's. */
const AHEAD_MS = 24 * 3_600_000;

/**
 * Reads an export of GainsIQ (JSON), Hevy or Strong (CSV), told apart by their content. Times without offset are on the
 * clocks of `timeZone`; what lies in the future of `clock` is refused. Throws {@link WorkoutFileUnusable}.
 * @param unit in what the weights are; wanted where the file does not say it, ignored where it does
 */
export const readWorkoutFile = (
  text: string,
  { timeZone, clock, unit }: { timeZone: string; clock: Clock; unit?: WeightUnit | undefined },
): WorkoutFile => {
  if (text.trim() === '') throw new WorkoutFileUnusable('it is empty');
  const latest = clock.now() + AHEAD_MS;
  if (/^\uFEFF?\s*[[{]/.test(text)) {
    const items = gainsiqItems(text);
    if (items === undefined) throw new WorkoutFileUnusable('it is not JSON of the form that GainsIQ has');
    return { format: 'GainsIQ', ...gainsiqSets(items, latest) };
  }
  const csv = readCsv(text);
  if (isHevy(csv.header)) return { format: 'Hevy', ...setsOfApp('Hevy', csv, { timeZone, latest }, hevyRow) };
  if (isStrong(csv.header)) {
    if (unit === undefined && !strongSaysUnit(csv.header)) {
      throw new WorkoutFileUnusable('it does not say in what its weights are: add --unit kg or --unit lb');
    }
    return { format: 'Strong', ...setsOfApp('Strong', csv, { timeZone, latest }, strongRow(unit)) };
  }
  throw new WorkoutFileUnusable(
    'its first line is neither the header of Hevy nor that of Strong, and it is no JSON of GainsIQ',
  );
};
