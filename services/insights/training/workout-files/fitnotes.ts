import { type AppFormat, cellsOf } from './app-format.ts';
import type { CsvSection } from './csv-rows.ts';
import { metersIn, unitCalled, type WeightUnit } from './numbers-in-file.ts';

const WEIGHTS: Readonly<Record<string, WeightUnit | undefined>> = {
  'weight (kg)': 'kg',
  'weight (kgs)': 'kg',
  'weight (lbs)': 'lb',
  'weight (lb)': 'lb',
  weight: undefined,
};

/** Whether this is the header of FitNotes: `Date`, `Exercise`, `Category`, `Weight (kg)`, `Reps`, …, without a set order. */
export const isFitNotes = (header: readonly string[]): boolean =>
  ['date', 'exercise', 'category', 'reps'].every((name) => header.includes(name)) &&
  Object.keys(WEIGHTS).some((name) => header.includes(name));

/** FitNotes has only the date of a workout. @param given the unit, if the file does not contain it */
export const fitNotesFormat = (section: CsvSection, given: WeightUnit | undefined): AppFormat => {
  const { header } = section;
  const cell = cellsOf(header);
  const columns = Object.keys(WEIGHTS).filter((name) => header.includes(name));
  const statesUnit = header.includes('weight unit') || columns.some((name) => WEIGHTS[name] !== undefined);
  return {
    source: 'FitNotes',
    section,
    lacksUnit: !statesUnit && given === undefined,
    read: (cells) => {
      const column = columns.find((name) => cell(cells, name) !== '') ?? '';
      const stated = cell(cells, 'weight unit').trim();
      const unit = stated === '' ? given : (unitCalled(stated) ?? { unknown: stated });
      return {
        start: cell(cells, 'date'),
        workout: '',
        exercise: cell(cells, 'exercise').trim(),
        weight: cell(cells, column),
        unit: WEIGHTS[column] ?? unit,
        isUnitGiven: WEIGHTS[column] === undefined && stated === '',
        reps: cell(cells, 'reps'),
        leftOut: undefined,
        rpe: '',
        duration: cell(cells, 'time'),
        distance: cell(cells, 'distance'),
        meters: metersIn(cell(cells, 'distance unit')),
        workoutDuration: '',
      };
    },
  };
};
