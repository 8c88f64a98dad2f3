import { Command, Option } from 'commander';
import { readDayStates } from '../../../shared/aws/store/day-states.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { plural } from '../../../shared/core/text.ts';
import { openLedger } from '../../operations/ledger.ts';
import { hiddenSentence, rejectHidden } from '../../operations/parked-messages.ts';
import { followRedrive, PACE } from '../../operations/redrive/follow-redrive.ts';
import { moveMessages } from '../../operations/redrive/move-messages.ts';
import { endOfRedrive, planRedrive } from '../../operations/redrive/redrive-dates.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { EXIT } from '../exit.ts';
import { LOCAL_ONLY, OPTION, withPipelineOptions } from '../options.ts';
import { createProgress } from '../print/progress.ts';
import { malformedAdvice, movePrinter, parkedLine, redriveReport } from '../print/redrive-report.ts';
import { print } from '../print/write.ts';
import { type AcceptOptions, accept } from '../redrive/accept.ts';
import { type DiscardOptions, discard } from '../redrive/discard.ts';
import type { PipelineOptions } from '../target/local-pipeline.ts';
import { checkDataFolder, type StackOptions, withStack } from '../target/with-stack.ts';
import { withWorkers } from '../target/with-workers.ts';

interface RedriveOptions extends PipelineOptions, StackOptions, DiscardOptions, AcceptOptions {
  readonly dryRun?: boolean;
  readonly rate?: number;
}

/** Options of a redrive that the others exclude. */
const MOVING = ['dryRun', 'rate'];

export const redriveCommand = (): Command =>
  withPipelineOptions(
    new Command('redrive')
      .description(
        'Moves the parked messages back to the work queue and waits until their dates settle. ' +
          'Uses the workers of a running npm start, or runs its own.',
      )
      .option('--dry-run', 'list the parked messages and their errors without moving them')
      .addOption(
        new Option(
          '--discard <id...>',
          'remove the parked messages with these IDs, which --dry-run lists, and save them in a file',
        ).conflicts(MOVING),
      )
      .addOption(
        new Option(
          '--discard-malformed',
          'remove the parked messages that are not work messages, and save them in a file',
        ).conflicts(MOVING),
      )
      .addOption(OPTION.accept().conflicts([...MOVING, 'discard', 'discardMalformed']))
      .option('--yes', 'remove or accept without asking')
      .addOption(OPTION.rate())
      .addOption(OPTION.aws().conflicts(LOCAL_ONLY))
      .addOption(OPTION.stack()),
  ).action(async (options: RedriveOptions) => {
    process.exitCode = await run(options);
  });

const run = async (options: RedriveOptions): Promise<number> => {
  if (options.discard || options.discardMalformed) {
    return withStack(options, (stack) => discard(stack, options));
  }
  const { accept: date } = options;
  if (date !== undefined) return withStack(options, (stack) => accept(stack, date, options));
  if (options.dryRun) return withStack({ ...options, inspects: true }, (stack) => listParked(stack, options));
  if (!options.aws) checkDataFolder(options.dataDir);
  return withWorkers({ ...options, schedule: false }, ({ stack, signal }) => redrive(stack, options, signal));
};

const listParked = async (stack: Stack, options: RedriveOptions): Promise<number> => {
  const { parked, hidden } = await planRedrive(stack);
  if (parked.length === 0) return printNoneParked(stack);
  for (const message of parked) print(parkedLine(message));
  print(`Parked: ${plural(parked.length, 'message')}. Nothing was moved.`);
  if (parked.some(({ message }) => message === null)) print(malformedAdvice(options));
  if (hidden > 0) print(hiddenSentence(hidden));
  return hidden > 0 ? EXIT.unsettled : EXIT.settled;
};

const redrive = async (stack: Stack, { rate, aws }: RedriveOptions, signal: AbortSignal): Promise<number> => {
  const { parked, hidden, dates } = await planRedrive(stack);
  if (signal.aborted) return EXIT.unsettled;
  if (dates.length + parked.length === 0) return printNoneParked(stack);
  const before = await readDayStates(openLedger(stack), dates);
  let unmoved = hidden;
  if (parked.length > 0) {
    const moved = await moveMessages(stack, { rate, signal, moving: movePrinter() });
    print(`Moved ${moved} of ${plural(parked.length + hidden, 'message')} to the work queue.`);
    unmoved = Math.max(0, parked.length + hidden - moved);
  } else
    print(
      `${hidden > 0 ? hiddenSentence(hidden) : 'Nothing is parked.'} Waiting for the messages that an earlier redrive moved.`,
    );

  const progress = createProgress(process.stdout);
  const following = { progress, signal, pace: aws ? PACE.aws : PACE.local };
  const open = await followRedrive(stack, dates, before, following).finally(() => progress.stop());
  if (signal.aborted) {
    print(
      'Stopped. The next start or redrive continues with the moved messages. The others are still parked.',
    );
    return EXIT.unsettled;
  }
  const end = await endOfRedrive(stack, dates, open, unmoved);
  for (const line of redriveReport(end)) print(line);
  return end.left.length + end.again.length + end.unfinished + end.others === 0
    ? EXIT.settled
    : EXIT.unsettled;
};

const printNoneParked = async (stack: Stack): Promise<number> => {
  await rejectHidden(stack.sqs, outputOf(stack, OUTPUT.parkedQueueUrl), 0);
  print('Nothing is parked.');
  return EXIT.settled;
};
