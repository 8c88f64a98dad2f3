import type { Clock } from '../../../../shared/core/clock.ts';
import type { AppFormat } from './app-format.ts';
import { type FileClock, type FileWorkout, type ReadSection, readSection } from './app-sets.ts';
import { type CsvSection, readCsv } from './csv-rows.ts';
import { fitNotesFormat, isFitNotes } from './fitnotes.ts';
import { gainsiqItems, gainsiqSets } from './gainsiq.ts';
import { hevyFormat, isHevy } from './hevy.ts';
import { isLiftosaur, liftosaurFormat } from './liftosaur.ts';
import type { UnitOrigin, WeightUnit } from './numbers-in-file.ts';
import { otherApp } from './other-apps.ts';
import { isStrong, strongFormat } from './strong.ts';
import type { WorkoutFile } from './workout-file.ts';
import { WorkoutFileUnusable } from './workout-file-unusable.ts';

/** How far in the future a workout may be, because the phone's clock or time zone can differ from this machine's. */
const AHEAD_MS = 24 * 3_600_000;

const READ_APPS = 'Hevy, Strong, FitNotes or Liftosaur (CSV) or GainsIQ (JSON)';

interface Reading extends Pick<FileClock, 'instantOf' | 'instantInZone'> {
  readonly clock: Clock;
  /** The unit of the weights; required if the file does not say it, otherwise ignored. */
  readonly unit?: WeightUnit | undefined;
}

/**
 * Parses an export of GainsIQ (JSON), Hevy, Strong, FitNotes or Liftosaur (CSV), recognized by content. Workouts in the future
 * are rejected. Throws {@link WorkoutFileUnusable}.
 */
export const readWorkoutFile = (text: string, { clock, unit, ...times }: Reading): WorkoutFile => {
  if (text.replaceAll('\uFEFF', '').trim() === '') throw new WorkoutFileUnusable('it is empty');
  const latest = clock.now() + AHEAD_MS;
  if (/^\uFEFF?\s*[[{]/.test(text)) {
    const items = gainsiqItems(text);
    if (items === undefined) throw new WorkoutFileUnusable('it is not JSON in the format of GainsIQ');
    const read = gainsiqSets(items, latest);
    return { format: 'GainsIQ', ...read, workouts: undefined, unplaced: 0, units: new Map() };
  }
  const sections = readCsv(text, isKnownHeader);
  const formats = sections.map((section) => recognized(section, text, unit));
  if (sections.every(({ rows, broken }) => rows.length + broken.length === 0))
    throw new WorkoutFileUnusable('it has a header but no sets');
  if (formats.some(({ lacksUnit }) => lacksUnit))
    throw new WorkoutFileUnusable('it does not contain the unit of its weights: add --unit kg or --unit lb');
  return joined(formats.map((format) => ({ format, read: readSection(format, { ...times, latest }) })));
};

const isKnownHeader = (header: readonly string[]): boolean =>
  [isHevy, isStrong, isFitNotes, isLiftosaur].some((isHeader) => isHeader(header));

const recognized = (section: CsvSection, text: string, unit: WeightUnit | undefined): AppFormat => {
  const { header } = section;
  if (isHevy(header)) return hevyFormat(section);
  if (isLiftosaur(header)) return liftosaurFormat(section);
  if (isFitNotes(header)) return fitNotesFormat(section, unit);
  const strong = strongFormat(section, unit);
  if (strong !== undefined) return strong;
  // Last, because a note or a title of a supported file can have the name of another app.
  const app = otherApp(text, header);
  throw new WorkoutFileUnusable(
    app === undefined
      ? `it is not an export of ${READ_APPS}`
      : `it is from ${app}, which is not supported: use an export of ${READ_APPS}`,
  );
};

const REPEATED = 'sets that the file repeats further down';

/** Joins the parts of a file. A workout that occurs in several counts as in the last one, as if they were imported in turn. */
const joined = (
  parts: readonly { readonly format: AppFormat; readonly read: ReadSection }[],
): WorkoutFile => {
  const workouts = new Map<string, FileWorkout>();
  const leftOut: Record<string, number> = {};
  const leaveOut = (what: string, count: number): void => {
    if (count > 0) leftOut[what] = (leftOut[what] ?? 0) + count;
  };
  const units = new Map<WeightUnit, UnitOrigin>();
  for (const { read } of parts) {
    for (const [unit, origin] of read.units) if (units.get(unit) !== 'given') units.set(unit, origin);
    for (const [what, count] of read.leftOut) leaveOut(what, count);
    for (const workout of read.workouts) {
      leaveOut(REPEATED, workouts.get(workout.minute)?.sets.length ?? 0);
      workouts.set(workout.minute, workout);
    }
  }
  const kept = [...workouts.values()];
  return {
    format: [...new Set(parts.map(({ format }) => format.source))].join(', '),
    sets: kept.flatMap(({ sets }) => sets),
    workouts: kept,
    refused: parts
      .flatMap(({ read }) => read.refused)
      .sort((one, other) => one.line - other.line)
      .map(({ place, reason }) => ({ place, reason })),
    unplaced: parts.reduce((sum, { read }) => sum + read.unplaced, 0),
    units,
    leftOut,
  };
};
