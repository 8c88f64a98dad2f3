import type { Clock } from '../../../../shared/core/clock.ts';
import { AppError, type Consequences, PERMANENT } from '../../../../shared/core/errors.ts';
import { type ReadSets, setsOfApp, type WeightUnit } from './app-sets.ts';
import { readCsv } from './csv-rows.ts';
import { gainsiqItems, gainsiqSets } from './gainsiq.ts';
import { hevyRow, isHevy } from './hevy.ts';
import { isStrong, strongRow, strongSaysUnit } from './strong.ts';

/** A file is not a supported workout file. The message says why in one sentence. */
export class WorkoutFileUnusable extends AppError {
  override readonly name = 'WorkoutFileUnusable';
  override readonly consequences: Consequences = PERMANENT;
}

/** Decodes a file. Throws {@link WorkoutFileUnusable} for UTF-16 and binary files. */
export const fileText = (bytes: Buffer): string => {
  // UTF-16 has a byte order mark, or a NUL beside every Latin letter. Binary files contain NULs too.
  if (['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex')) || bytes.includes(0))
    throw new WorkoutFileUnusable('it is not UTF-8 text: save it as UTF-8');
  return bytes.toString('utf8');
};

/** A parsed workout file and the app it comes from. */
export interface WorkoutFile extends ReadSets {
  readonly format: 'GainsIQ' | 'Hevy' | 'Strong';
}

/** How far in the future a workout may be, because the phone's clock or time zone can differ from this machine's. */
const AHEAD_MS = 24 * 3_600_000;

/**
 * Parses an export of GainsIQ (JSON), Hevy or Strong (CSV), recognized by content. Times without offset are in `timeZone`.
 * Workouts in the future are rejected. Throws {@link WorkoutFileUnusable}.
 * @param unit the unit of the weights; required if the file does not say it, otherwise ignored
 */
export const readWorkoutFile = (
  text: string,
  { timeZone, clock, unit }: { timeZone: string; clock: Clock; unit?: WeightUnit | undefined },
): WorkoutFile => {
  if (text.trim() === '') throw new WorkoutFileUnusable('it is empty');
  const latest = clock.now() + AHEAD_MS;
  if (/^\uFEFF?\s*[[{]/.test(text)) {
    const items = gainsiqItems(text);
    if (items === undefined) throw new WorkoutFileUnusable('it is not JSON in the format of GainsIQ');
    return { format: 'GainsIQ', ...gainsiqSets(items, latest) };
  }
  const csv = readCsv(text);
  if (isHevy(csv.header)) return { format: 'Hevy', ...setsOfApp('Hevy', csv, { timeZone, latest }, hevyRow) };
  if (isStrong(csv.header)) {
    if (unit === undefined && !strongSaysUnit(csv.header)) {
      throw new WorkoutFileUnusable(
        'it does not contain the unit of its weights: add --unit kg or --unit lb',
      );
    }
    return { format: 'Strong', ...setsOfApp('Strong', csv, { timeZone, latest }, strongRow(unit)) };
  }
  throw new WorkoutFileUnusable('it is neither an export of Hevy or Strong (CSV) nor of GainsIQ (JSON)');
};
