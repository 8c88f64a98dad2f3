import { readFile } from 'node:fs/promises';
import { systemClock } from '../../../shared/core/clock.ts';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { importWorkouts } from '../../insights/training/import-workouts.ts';
import { WorkoutFileUnusable } from '../../insights/training/workout-files/workout-file-unusable.ts';
import { WorkoutsReadOnly } from '../../operations/workouts.ts';
import { EXIT } from '../exit.ts';
import { importReport } from '../print/import-report.ts';
import { breakLines } from '../print/wrap.ts';
import { print } from '../print/write.ts';
import { hasSimulatedNights } from '../target/ring-of-folder.ts';
import { withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import type { WorkoutsOptions } from './workouts-options.ts';

/** Imports a file, prints a report, and returns the exit code. */
export const importFile = async (file: string | undefined, options: WorkoutsOptions): Promise<number> => {
  if (file === undefined) throw new UsageError('import needs a file: npm run workouts -- import FILE');
  if (options.from !== undefined || options.to !== undefined)
    throw new UsageError('import reads the whole file: leave out --from and --to.');
  const bytes = await readBytes(file);
  const { unit, prune } = options;
  return withStack(options, async (stack) => {
    const imported = await importWorkouts(stack, bytes, { clock: systemClock, unit, prune }).catch(
      explain(file),
    );
    // Once: every report of insights says it.
    const notes =
      imported.replacesSimulated && hasSimulatedNights(options)
        ? ['The nights are still simulated, so npm run insights says nothing about you.']
        : [];
    print(breakLines([importReport(file, imported), ...notes].join('\n')));
    const isWhole = imported.file.refused.length === 0;
    return isWhole ? EXIT.settled : EXIT.unsettled;
  });
};

const explain =
  (file: string) =>
  (error: unknown): never => {
    if (error instanceof WorkoutsReadOnly) throw new UsageError(error.message);
    if (error instanceof WorkoutFileUnusable)
      throw new UsageError(`The file ${file} cannot be used: ${error.message}.`);
    throw error;
  };

const readBytes = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error: unknown) {
    throw new UsageError(`The file ${file} cannot be read: ${systemReason(error)}.`);
  }
};
