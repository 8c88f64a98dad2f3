import { readFile } from 'node:fs/promises';
import { Argument, Command, Option } from 'commander';
import { systemClock } from '../../../shared/core/clock.ts';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { importWorkouts } from '../../insights/training/import-workouts.ts';
import { trainingDays } from '../../insights/training/training-measures.ts';
import type { WeightUnit } from '../../insights/training/workout-files/app-sets.ts';
import { WorkoutFileUnusable } from '../../insights/training/workout-files/read-workout-file.ts';
import { outputOf } from '../../operations/stack.ts';
import { readWorkouts, WorkoutsReadOnly } from '../../operations/workouts.ts';
import { EXIT } from '../exit.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { importReport, skippedNote, trainingTable } from '../print/training.ts';
import { systemReason } from '../system-reason.ts';
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
        'Lists what was trained on each day. With import: takes the workouts of a file, the export of GainsIQ (JSON), Hevy or ' +
          'Strong (CSV); the same file may be imported again and again. The first import leaves out the simulated workouts. Exit 1 where rows cannot be read, the others are taken.',
      )
      .addArgument(new Argument('[import]', 'import <file>').choices(['import']))
      .argument('[file]')
      .addOption(
        new Option(
          '--unit <unit>',
          'import: in what the weights are, where the file does not say it',
        ).choices(['kg', 'lb']),
      )
      .addOption(OPTION.format(['table', 'json'], 'table'))
      .addOption(OPTION.from())
      .addOption(OPTION.to()),
  ).action(async (verb: string | undefined, file: string | undefined, options: WorkoutsOptions) => {
    if (verb !== undefined) process.exitCode = await importFile(file, options);
    else await list(options);
  });

const list = async (options: WorkoutsOptions): Promise<void> => {
  const { from, to, format } = options;
  checkDateRange({ from, to });
  const { days, skipped } = await withStack(options, async (stack) => {
    const { sets, skipped } = await readWorkouts(stack);
    return { days: trainingDays(sets, outputOf(stack, OUTPUT.timeZone)), skipped };
  });
  const asked = days.filter(({ date }) => (!from || date >= from) && (!to || date <= to));
  process.stdout.write(`${format === 'json' ? JSON.stringify(asked, null, 2) : trainingTable(asked)}\n`);
  process.stderr.write(skippedNote(skipped));
};

const importFile = async (file: string | undefined, options: WorkoutsOptions): Promise<number> => {
  if (file === undefined)
    throw new UsageError('import needs the name of a file: npm run workouts -- import FILE');
  const bytes = await readBytes(file);
  return withStack(options, async (stack) => {
    const imported = await importWorkouts(stack, bytes, { clock: systemClock, unit: options.unit }).catch(
      explain(file),
    );
    process.stdout.write(`${importReport(file, imported)}\n`);
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
