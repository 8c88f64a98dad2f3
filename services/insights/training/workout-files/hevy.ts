import { type AppFormat, cellsOf, LEFT_OUT } from './app-format.ts';
import type { CsvSection } from './csv-rows.ts';
import type { WeightUnit } from './numbers-in-file.ts';
import { metersIn } from './numbers-in-file.ts';

const UNITS: Readonly<Record<string, WeightUnit>> = { weight_kg: 'kg', weight_lbs: 'lb' };
const DISTANCES = ['distance_km', 'distance_miles'];

/** Whether this is the header of Hevy's export (Settings, Export & Import Data): `title`, `start_time`, …, `weight_kg` or `weight_lbs`, `reps`. */
export const isHevy = (header: readonly string[]): boolean =>
  ['start_time', 'exercise_title', 'set_type', 'reps'].every((name) => header.includes(name)) &&
  Object.keys(UNITS).some((name) => header.includes(name));

/** Hevy's export. `set_type` is `normal`, `warmup`, `dropset` or `failure`; the units are in the names of the columns. */
export const hevyFormat = (section: CsvSection): AppFormat => {
  const cell = cellsOf(section.header);
  return {
    source: 'Hevy',
    section,
    lacksUnit: false,
    read: (cells) => {
      const weight = Object.keys(UNITS).find((name) => cell(cells, name) !== '') ?? '';
      const distance = DISTANCES.find((name) => cell(cells, name) !== '') ?? '';
      return {
        start: cell(cells, 'start_time'),
        end: cell(cells, 'end_time'),
        workout: cell(cells, 'title'),
        exercise: cell(cells, 'exercise_title').trim(),
        weight: cell(cells, weight),
        unit: UNITS[weight],
        reps: cell(cells, 'reps'),
        leftOut: /^warm/i.test(cell(cells, 'set_type')) ? LEFT_OUT.warmUp : undefined,
        rpe: cell(cells, 'rpe'),
        duration: cell(cells, 'duration_seconds'),
        distance: cell(cells, distance),
        meters: metersIn(distance.replace('distance_', '')),
        workoutDuration: '',
      };
    },
  };
};
