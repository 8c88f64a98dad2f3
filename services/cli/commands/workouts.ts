import { Command, Option } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import { readLocalDays } from '../../insights/training/read-local-days.ts';
import { trainingDays } from '../../insights/training/training-measures.ts';
import { originOf, readWorkouts } from '../../operations/workouts.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { simulatedNote } from '../print/simulated-note.ts';
import { skippedNote, trainingTable } from '../print/training.ts';
import { wrap } from '../print/wrap.ts';
import { printAs, printError } from '../print/write.ts';
import { hasSimulatedNights } from '../target/ring-of-folder.ts';
import { withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { importFile } from '../workouts/import-file.ts';
import { removeImported } from '../workouts/remove-imported.ts';
import type { WorkoutsOptions } from '../workouts/workouts-options.ts';

const ONLY_IMPORT = 'import: ';
const ONLY_REMOVE = 'remove: ';

export const workoutsCommand = (): Command =>
  withStackOptions(
    new Command('workouts')
      .description(
        'Lists the training of each day. With import FILE: imports workouts exported from Hevy, Strong, FitNotes or Liftosaur (CSV) ' +
          'or GainsIQ (JSON). A workout replaces the one imported before with the same start, so import a newer export at any time. ' +
          'The first import replaces the simulated workouts. If some rows cannot be read, the others are imported and the exit code is 1. ' +
          'With remove: deletes the imported workouts of a range or of one import. Exit code 1: not confirmed.',
      )
      .argument('[verb]', 'import or remove instead of listing')
      .argument('[file...]', 'file to import')
      .addOption(
        new Option(
          '--unit <unit>',
          `${ONLY_IMPORT}unit of the weights if the file does not state it`,
        ).choices(['kg', 'lb']),
      )
      .addOption(
        new Option(
          '--prune',
          `${ONLY_IMPORT}also remove the workouts between the first and the last of the file that it does not have`,
        ),
      )
      .addOption(
        new Option(
          '--import <id>',
          `${ONLY_REMOVE}the sets that one import stored; the import has printed its ID`,
        ),
      )
      .addOption(new Option('--yes', `${ONLY_REMOVE}do not ask`))
      .addOption(OPTION.format(['table', 'json'], 'table'))
      .addOption(OPTION.from())
      .addOption(OPTION.to()),
  ).action(async (verb: string | undefined, files: string[], options: WorkoutsOptions) => {
    checkOptions(verb, files, options);
    const [file] = files;
    if (verb === 'import') process.exitCode = await importFile(file, options);
    else if (verb === 'remove') process.exitCode = await removeImported(options);
    else await list(options);
  });

/** Options that only one verb has. */
const OPTIONS_OF = {
  import: ['unit', 'prune'],
  remove: ['import', 'yes'],
} as const satisfies Record<string, readonly (keyof WorkoutsOptions)[]>;

const checkOptions = (verb: string | undefined, files: readonly string[], options: WorkoutsOptions): void => {
  if (verb !== undefined && !Object.hasOwn(OPTIONS_OF, verb)) {
    throw new UsageError(
      `Unknown argument ${verb}: to import a file, run npm run workouts -- import FILE; to delete imported workouts, npm run workouts -- remove.`,
    );
  }
  for (const [only, names] of Object.entries(OPTIONS_OF)) {
    const name = names.find((each) => options[each] !== undefined);
    if (name !== undefined && verb !== only)
      throw new UsageError(`--${name} belongs to ${only}: npm run workouts -- ${only}.`);
  }
  if (files.length > 1 && verb === 'import')
    throw new UsageError('import takes one file at a time: run it once for each.');
  if (files.length > 0 && verb === 'remove')
    throw new UsageError(
      'remove takes no file: name a range with --from and --to, or an import with --import.',
    );
  checkDateRange(options);
};

const list = async (options: WorkoutsOptions): Promise<void> => {
  const { from, to, format } = options;
  const { days, skipped, origin } = await withStack({ ...options, inspects: true }, async (stack) => {
    const [{ sets, skipped }, localDay] = await Promise.all([readWorkouts(stack), readLocalDays(stack)]);
    return { days: trainingDays(sets, localDay), skipped, origin: originOf(sets) };
  });
  const asked = days.filter(({ date }) => (!from || date >= from) && (!to || date <= to));
  // Nothing in the table depends on whose nights they are.
  const notes =
    origin === 'simulated'
      ? simulatedNote({ simulatedNights: hasSimulatedNights(options), training: origin })
      : [];
  printAs(format, asked, () => [...notes.map((note) => wrap(note)), trainingTable(asked)].join('\n'));
  if (skipped > 0) printError(skippedNote(skipped));
};
