import { plural } from '../../../shared/core/text.ts';
import type { ImportedWorkouts } from '../../insights/training/import-workouts.ts';
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

/** Reports what an import stored, then every rejected row with its reason. */
export const importReport = (name: string, { file, put, replacesSimulated }: ImportedWorkouts): string => {
  const left = Object.entries(file.leftOut).map(([what, count]) => `${what} (${count})`);
  const stored = `${put.added} new, ${put.changed} changed, ${put.unchanged} unchanged`;
  return [
    `${name}: ${file.format}, ${plural(file.sets.length, 'set')}: ${stored}.`,
    ...(replacesSimulated
      ? ['The simulated workouts no longer count: they count only while there are no others.']
      : []),
    ...(left.length > 0 ? [`Left out: ${left.join(', ')}.`] : []),
    ...(file.refused.length > 0 ? [`Not read: ${file.refused.length}.`] : []),
    ...file.refused.map(({ place, reason }) => `  ${place}: ${reason}`),
  ].join('\n');
};
