import { plural } from '../../../shared/core/text.ts';
import { type FoundSets, findImported, removeSets } from '../../insights/training/remove-workouts.ts';
import { WorkoutsReadOnly } from '../../operations/workouts.ts';
import { confirm } from '../confirm.ts';
import { EXIT } from '../exit.ts';
import { spanText } from '../print/import-report.ts';
import { print } from '../print/write.ts';
import { withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import type { WorkoutsOptions } from './workouts-options.ts';

/** Deletes imported workouts after a confirmation, and returns the exit code. */
export const removeImported = async (options: WorkoutsOptions): Promise<number> => {
  const { from, to, import: importId, yes } = options;
  if (from === undefined && to === undefined && importId === undefined)
    throw new UsageError('remove needs --from, --to or both, or --import.');
  return withStack(options, async (stack) => {
    const found = await findImported(stack, { from, to, importId }).catch((error: unknown) => {
      throw error instanceof WorkoutsReadOnly ? new UsageError(error.message) : error;
    });
    if (importId !== undefined && found.imports.every((each) => each.importId !== importId))
      throw new UsageError(unknownImport(importId, found));
    const what = describe(found);
    if (what === undefined) {
      print('No imported workouts to remove.');
      return EXIT.settled;
    }
    print(`This deletes ${what}.`);
    if (!yes && !(await confirm('Delete them?'))) {
      print('Nothing was changed.');
      return EXIT.unsettled;
    }
    await removeSets(stack, found.sets);
    print(`Removed ${what}.`);
    if (found.restoresSimulated) print('The simulated workouts count again: there are no others.');
    return EXIT.settled;
  });
};

const describe = ({ sets, workouts, span }: FoundSets): string | undefined => {
  if (span === undefined) return undefined;
  const ofWorkouts = workouts === 0 ? '' : ` of ${plural(workouts, 'workout')}`;
  return `${plural(sets.length, 'set')}${ofWorkouts} ${spanText(span)}`;
};

const unknownImport = (importId: string, { imports }: FoundSets): string => {
  const known = imports.map(
    (each) => `${each.importId} (${plural(each.sets, 'set')} from ${each.from} to ${each.to})`,
  );
  return known.length === 0
    ? `There is no import ${importId}: imports of an earlier version have no ID, so use --from and --to.`
    : `There is no import ${importId}, but these: ${known.join(', ')}.`;
};
