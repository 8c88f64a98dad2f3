import { plural } from '../../../shared/core/text.ts';
import { isTimedOnly } from '../../../shared/core/workout-set.ts';
import type { ImportedWorkouts } from '../../insights/training/import-workouts.ts';
import type { ImportCounts } from '../../insights/training/plan-import.ts';
import type { StoredWorkout } from '../../insights/training/stored-workouts.ts';
import { minuteIn } from '../../insights/training/workout-files/app-sets.ts';

const countsOf = ({ added, replaced, removed, unchanged }: ImportCounts): string =>
  `${added} added, ${replaced} replaced, ${removed} removed, ${unchanged} unchanged`;

/** So many absent workouts are listed. */
const MOST_LISTED = 20;

/** Why `--prune` removes nothing. */
const ROWS_WITHOUT_TIME =
  'They can be removed only with a file in which every row has a readable time: a row without one can belong to them.';

const nameOf = ({ minute, start, sets }: StoredWorkout): string => {
  const title = sets[0]?.workout_title;
  const time = (minute ?? minuteIn(start * 1000)).replace('T', ' ').replace(/Z$/, ' UTC');
  return `${time}${title === undefined ? '' : ` ${title}`} (${plural(sets.length, 'set')})`;
};

const absentLines = ({ plan: { absent }, pruned, file }: ImportedWorkouts): string[] => {
  if (absent.length === 0) return [];
  const what = `${plural(absent.length, 'imported workout')} within the span of the file, but not in it`;
  const more = absent.length - MOST_LISTED;
  return [
    `${pruned ? 'Removed' : 'Not removed'}: ${what}.`,
    ...absent.slice(0, MOST_LISTED).map((workout) => `  ${nameOf(workout)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(pruned ? [] : [file.isIncomplete ? ROWS_WITHOUT_TIME : 'To remove them, add --prune.']),
  ];
};

/** Reports what an import changed, then every rejected row with its reason. */
export const importReport = (name: string, imported: ImportedWorkouts): string => {
  const { file, importId, encoding, plan, replacesSimulated } = imported;
  const timed = file.sets.filter(isTimedOnly).length;
  const left = Object.entries(file.leftOut).map(([what, count]) => `${what} (${count})`);
  const sets = `${plural(file.sets.length - timed, 'set')}${timed > 0 ? ` and ${timed} timed` : ''}`;
  const workouts = file.workouts ? `${plural(file.workouts.length, 'workout')}, ` : '';
  return [
    `${name}: ${file.format}, ${workouts}${sets}. Import ${importId}.`,
    ...(encoding === undefined
      ? []
      : [`Read as ${encoding}: check that the names of the exercises are right.`]),
    ...(plan.workouts ? [`Workouts: ${countsOf(plan.workouts)}.`] : []),
    `Sets: ${countsOf(plan.sets)}.`,
    ...(replacesSimulated
      ? ['The simulated workouts no longer count: they count only while there are no others.']
      : []),
    ...absentLines(imported),
    ...(left.length > 0 ? [`Left out: ${left.join(', ')}.`] : []),
    ...(file.refused.length > 0 ? [`Not read: ${file.refused.length}.`] : []),
    ...file.refused.map(({ place, reason }) => `  ${place}: ${reason}`),
  ].join('\n');
};
