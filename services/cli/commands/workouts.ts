import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { systemClock } from '../../../shared/core/clock.ts';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { importWorkouts } from '../../insights/training/import-workouts.ts';
import { readLocalDays } from '../../insights/training/read-local-days.ts';
import { trainingDays } from '../../insights/training/training-measures.ts';
import type { WeightUnit } from '../../insights/training/workout-files/app-sets.ts';
import { WorkoutFileUnusable } from '../../insights/training/workout-files/read-workout-file.ts';
import { readWorkouts, WorkoutsReadOnly } from '../../operations/workouts.ts';
import { EXIT } from '../exit.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { importReport, skippedNote, trainingTable } from '../print/training.ts';
import { print, printAs, printError } from '../print/write.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

interface WorkoutsOptions extends StackOptions, DayRange {
  readonly format: string;
  readonly unit?: WeightUnit;
}

export const workoutsCommand = (): Command =>
  withStackOptions(
    new Command('workouts')
      .description(
        'Lists the training of each day. With import FILE: imports workouts exported from GainsIQ (JSON), Hevy or ' +
          'Strong (CSV). Importing a file again adds only new or changed sets. The first import replaces the simulated workouts. ' +
          'If some rows cannot be read, the others are imported and the exit code is 1.',
      )
      .argument('[import]', 'import a file instead of listing')
      .argument('[file]', 'file to import')
      .addOption(
        new Option('--unit <unit>', 'import: unit of the weights if the file does not state it').choices([
          'kg',
          'lb',
        ]),
      )
      .addOption(OPTION.format(['table', 'json'], 'table'))
      .addOption(OPTION.from())
      .addOption(OPTION.to()),
  ).action(async (verb: string | undefined, file: string | undefined, options: WorkoutsOptions) => {
    if (verb !== undefined && verb !== 'import')
      throw new UsageError(
        `Unknown argument ${verb}: to import a file, run npm run workouts -- import FILE.`,
      );
    if (verb !== undefined) process.exitCode = await importFile(file, options);
    else await list(options);
  });

const list = async (options: WorkoutsOptions): Promise<void> => {
  const { from, to, format } = options;
  checkDateRange({ from, to });
  const { days, skipped } = await withStack({ ...options, inspects: true }, async (stack) => {
    const [{ sets, skipped }, localDay] = await Promise.all([readWorkouts(stack), readLocalDays(stack)]);
    return { days: trainingDays(sets, localDay), skipped };
  });
  const asked = days.filter(({ date }) => (!from || date >= from) && (!to || date <= to));
  printAs(format, asked, () => trainingTable(asked));
  if (skipped > 0) printError(skippedNote(skipped));
};

const importFile = async (file: string | undefined, options: WorkoutsOptions): Promise<number> => {
  if (file === undefined) throw new UsageError('import needs a file: npm run workouts -- import FILE');
  const bytes = await readBytes(file);
  return withStack(options, async (stack) => {
    const imported = await importWorkouts(stack, bytes, { clock: systemClock, unit: options.unit }).catch(
      explain(file),
    );
    print(importReport(file, imported));
    return imported.file.refused.length === 0 ? EXIT.settled : EXIT.unsettled;
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
