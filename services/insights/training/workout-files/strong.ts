import { type AppFormat, type AppRow, LEFT_OUT } from './app-format.ts';
import type { CsvSection } from './csv-rows.ts';
import { metersIn, unitCalled, type WeightUnit } from './numbers-in-file.ts';
import { type StrongColumns, structureOf } from './strong-structure.ts';

const NAMES: Readonly<Record<string, keyof StrongColumns>> = {
  date: 'date',
  'workout name': 'workout',
  duration: 'workoutDuration',
  'workout duration': 'workoutDuration',
  'exercise name': 'exercise',
  'set order': 'order',
  weight: 'weight',
  'weight unit': 'unit',
  reps: 'reps',
  rpe: 'rpe',
  distance: 'distance',
  'distance unit': 'distanceUnit',
  seconds: 'seconds',
};

/** The name of a column without its unit: `weight (kg)`, `duration (sec)`. */
const bare = (name: string): string => name.replace(/\s*\([^)]*\)$/, '');
/** The unit in the name of a column: `kg` of `weight (kg)`. */
const unitIn = (name: string): string | undefined => /\(([^)]*)\)$/.exec(name)?.[1];

const namedColumns = (header: readonly string[]): StrongColumns | undefined => {
  const columns: Partial<Record<keyof StrongColumns, number>> = {};
  for (const [place, name] of header.entries()) {
    const role = NAMES[bare(name)];
    if (role !== undefined) columns[role] ??= place;
  }
  const { date, exercise, order, weight, reps } = columns;
  if (date === undefined || exercise === undefined || order === undefined) return undefined;
  if (weight === undefined || reps === undefined) return undefined;
  return { ...columns, date, exercise, order, weight, reps };
};

/** Whether this is the header of Strong's export in English: `Date`, `Workout Name`, …, `Set Order`, `Weight`, `Reps`, in any of its versions. */
export const isStrong = (header: readonly string[]): boolean => namedColumns(header) !== undefined;

/** `Set Order` is a number, `D` (drop set) or `F` (to failure). Anything else is not a working set. */
const kindOf = (order: string): Pick<AppRow, 'leftOut' | 'unknownKind'> => {
  const plain = order.trim();
  if (/^(\d+(\.0)?|[DF]\d*)$/i.test(plain)) return { leftOut: undefined };
  if (/^W\d*$/i.test(plain)) return { leftOut: LEFT_OUT.warmUp };
  return { leftOut: LEFT_OUT.notesAndTimers, unknownKind: plain };
};

/**
 * Strong's export: the columns by their English names, else by what they hold, as the names are in the language of the phone.
 * Undefined if it is another file.
 * @param given the unit, if the file does not contain it
 */
export const strongFormat = (section: CsvSection, given: WeightUnit | undefined): AppFormat | undefined => {
  const { header } = section;
  const columns = namedColumns(header) ?? structureOf(section);
  if (columns === undefined) return undefined;
  const cell = (cells: readonly string[], role: keyof StrongColumns): string =>
    cells[columns[role] ?? -1] ?? '';
  const nameOf = (place: number | undefined): string => header[place ?? -1] ?? '';
  const ofColumn = unitIn(nameOf(columns.weight));
  const distanceOfColumn = unitIn(nameOf(columns.distance));
  const unitOf = (cells: readonly string[]): Pick<AppRow, 'unit' | 'isUnitGiven'> => {
    const stated = ofColumn ?? cell(cells, 'unit').trim();
    return stated === ''
      ? { unit: given, isUnitGiven: true }
      : { unit: unitCalled(stated) ?? { unknown: stated } };
  };
  return {
    source: 'Strong',
    section,
    lacksUnit: given === undefined && columns.unit === undefined && ofColumn === undefined,
    read: (cells) => ({
      start: cell(cells, 'date'),
      workout: cell(cells, 'workout'),
      exercise: cell(cells, 'exercise').trim(),
      weight: cell(cells, 'weight'),
      ...unitOf(cells),
      reps: cell(cells, 'reps'),
      ...kindOf(cell(cells, 'order')),
      rpe: cell(cells, 'rpe'),
      duration: cell(cells, 'seconds'),
      distance: cell(cells, 'distance'),
      meters: metersIn(distanceOfColumn ?? cell(cells, 'distanceUnit')),
      workoutDuration: cell(cells, 'workoutDuration'),
    }),
  };
};
