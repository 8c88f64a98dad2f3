import { type AppFormat, cellsOf, LEFT_OUT } from './app-format.ts';
import type { CsvSection } from './csv-rows.ts';
import { unitCalled } from './numbers-in-file.ts';

/** Whether this is the header of Liftosaur: `Workout DateTime`, …, `Completed Reps`, …, `Completed Weight Value`. */
export const isLiftosaur = (header: readonly string[]): boolean =>
  ['workout datetime', 'exercise', 'completed reps', 'completed weight value'].every((name) =>
    header.includes(name),
  );

/** Liftosaur's export. Times are in UTC. A planned set that was not done has no completed repetitions. */
export const liftosaurFormat = (section: CsvSection): AppFormat => {
  const cell = cellsOf(section.header);
  return {
    source: 'Liftosaur',
    section,
    lacksUnit: false,
    read: (cells) => {
      const stated = (cell(cells, 'completed weight unit') || cell(cells, 'weight unit')).trim();
      const reps = cell(cells, 'completed reps');
      const notDone = reps.trim() === '' ? LEFT_OUT.notDone : undefined;
      return {
        start: cell(cells, 'workout datetime'),
        workout: cell(cells, 'day name'),
        exercise: cell(cells, 'exercise').trim(),
        weight: cell(cells, 'completed weight value'),
        unit: stated === '' ? undefined : (unitCalled(stated) ?? { unknown: stated }),
        reps,
        leftOut: cell(cells, 'is warmup set?').trim() === '1' ? LEFT_OUT.warmUp : notDone,
        rpe: cell(cells, 'completed rpe'),
        duration: '',
        distance: '',
        meters: undefined,
        workoutDuration: '',
      };
    },
  };
};
