import { plural } from '../../../shared/core/text.ts';
import { isTimedOnly } from '../../../shared/core/workout-set.ts';
import type { ImportedWorkouts } from '../../insights/training/import-workouts.ts';
import type { ImportCounts } from '../../insights/training/plan-import.ts';
import type { Span, StoredWorkout } from '../../insights/training/stored-workouts.ts';
import { minuteIn } from '../../insights/training/workout-files/app-sets.ts';
import type { WorkoutFile } from '../../insights/training/workout-files/workout-file.ts';

const countsOf = ({ added, replaced, removed, unchanged }: ImportCounts): string =>
  `${added} added, ${replaced} replaced, ${removed} removed, ${unchanged} unchanged`;

/** So many absent workouts are listed. */
const MOST_LISTED = 20;

const nameOf = ({ minute, start, sets }: StoredWorkout): string => {
  const title = sets[0]?.workout_title;
  const time = (minute ?? minuteIn(start * 1000)).replace('T', ' ').replace(/Z$/, ' UTC');
  return `${time}${title === undefined ? '' : ` ${title}`} (${plural(sets.length, 'set')})`;
};

/** Why the absent workouts stay. A row without a readable time can belong to any workout. */
const whyNotRemoved = (unplaced: number): string =>
  unplaced === 0
    ? 'Not removed. To remove them, add --prune.'
    : `Not removed, because ${plural(unplaced, 'row')} could not be read and may belong to these workouts. Correct the file, then import it again with --prune.`;

const absentLines = ({ plan: { absent }, pruned, file }: ImportedWorkouts): string[] => {
  if (absent.length === 0) return [];
  const what = `${plural(absent.length, 'imported workout')} within the span of the file, but not in it`;
  const more = absent.length - MOST_LISTED;
  return [
    pruned ? `Removed: ${what}.` : `Found ${what}:`,
    ...absent.slice(0, MOST_LISTED).map((workout) => `  ${nameOf(workout)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(pruned ? [] : [whyNotRemoved(file.unplaced)]),
  ];
};

/** A span of dates in words: `from 2026-03-07 to 2026-11-01`, `on 2026-03-07`. */
export const spanText = ({ from, to }: Span): string =>
  from === to ? `on ${from}` : `from ${from} to ${to}`;

/** What the file holds: its app, how much, its dates and the units of its weights. */
const contentOf = (file: WorkoutFile, span: Span | undefined): string => {
  const timed = file.sets.filter(isTimedOnly).length;
  const sets = `${plural(file.sets.length, 'set')}${timed > 0 ? ` (${timed} timed)` : ''}`;
  const what = file.workouts ? `${plural(file.workouts.length, 'workout')}, ${sets}` : sets;
  const units = [...file.units].map(
    ([unit, origin]) => `${unit} (${origin === 'given' ? 'from --unit' : 'from the file'})`,
  );
  return [
    file.format,
    span === undefined ? what : `${what} ${spanText(span)}`,
    ...(units.length > 0 ? [`weights in ${units.join(' and ')}`] : []),
  ].join(', ');
};

/** Reports what an import changed, then every rejected row with its reason. */
export const importReport = (name: string, imported: ImportedWorkouts): string => {
  const { file, span, importId, encoding, plan, replacesSimulated } = imported;
  const left = Object.entries(file.leftOut).map(([what, count]) => `${what} (${count})`);
  return [
    `${name}: ${contentOf(file, span)}.${importId === undefined ? '' : ` Import ${importId}.`}`,
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
