import { plural } from '../../../shared/core/text.ts';
import type { TrainingDay } from '../../insights/training/training-day.ts';
import { createTable } from './table.ts';

/** A share as signed percent, or a dash. */
const percent = (share: number | null): string =>
  share === null ? '–' : `${share < 0 ? '−' : '+'}${(Math.abs(share) * 100).toFixed(1)} %`;

export const trainingTable = (days: readonly TrainingDay[]): string => {
  if (days.length === 0) return 'No workouts.';
  return createTable(
    [
      { title: 'date' },
      { title: 'sets', align: 'right' },
      { title: 'volume load kg', align: 'right' },
      { title: '1RM vs. trend', align: 'right' },
    ],
    days.map(({ date, sets, volume_load, estimated_1rm_change }) => [
      date,
      String(sets),
      volume_load.toFixed(0),
      percent(estimated_1rm_change),
    ]),
  );
};

export const skippedNote = (skipped: number): string =>
  `Ignored ${plural(skipped, 'item')} in the table of workouts: not workout sets.`;
