import { Command } from 'commander';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import type { Days } from '../../../shared/aws/store/days.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import type { Day } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger, outputOf } from '../../operations/ledger.ts';
import { followRedrive, PACE } from '../../operations/redrive/follow-redrive.ts';
import { type ParkedMessage, peekMessages } from '../../operations/redrive/parked-messages.ts';
import { redrive } from '../../operations/redrive/redrive.ts';
import type { Stack } from '../../operations/stack.ts';
import { EXIT } from '../exit.ts';
import { LOCAL_ONLY, OPTION, withPipelineOptions } from '../options.ts';
import { createProgress } from '../print/progress.ts';
import type { PipelineOptions } from '../target/local-pipeline.ts';
import { checkDataFolder, type StackOptions, withStack } from '../target/with-stack.ts';
import { withWorkers } from '../target/with-workers.ts';

interface RedriveOptions extends PipelineOptions, StackOptions {
  readonly dryRun?: boolean;
  readonly rate?: number;
}

export const redriveCommand = (): Command =>
  withPipelineOptions(
    new Command('redrive')
      .description(
        'Moves the parked messages back to the work queue and waits until their dates have settled. ' +
          'On one machine it works beside a running npm start, and runs the workers itself where none is running.',
      )
      .option('--dry-run', 'list what is parked and why; move nothing')
      .addOption(OPTION.rate())
      .addOption(OPTION.aws().conflicts(LOCAL_ONLY))
      .addOption(OPTION.stack()),
  ).action(async (options: RedriveOptions) => {
    process.exitCode = await run(options);
  });

const run = async (options: RedriveOptions): Promise<number> => {
  if (options.dryRun) {
    return withStack(options, (stack) => redriveStack(stack, options, new AbortController().signal));
  }
  if (!options.aws) checkDataFolder(options.dataDir);
  return withWorkers(options, false, ({ stack, signal }) => redriveStack(stack, options, signal));
};

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Moves, waits, and says how many messages were moved, how many dates settled and how many failed again. */
const redriveStack = async (
  stack: Stack,
  { dryRun, rate, aws }: RedriveOptions,
  signal: AbortSignal,
): Promise<number> => {
  const queues = {
    parkedQueueUrl: outputOf(stack, OUTPUT.parkedQueueUrl),
    workQueueUrl: outputOf(stack, OUTPUT.workQueueUrl),
    deadLetterQueueUrl: outputOf(stack, OUTPUT.deadLetterQueueUrl),
  };
  const parked = await peekMessages(stack.sqs, queues.parkedQueueUrl);
  if (dryRun && parked.length > 0) {
    for (const message of parked) print(describe(message));
    print(`${parked.length} messages are parked. Nothing was moved.`);
    return EXIT.settled;
  }
  if (signal.aborted) return EXIT.unsettled;

  const { days } = openLedger(stack, systemClock);
  const consumed = [queues.workQueueUrl, queues.deadLetterQueueUrl];
  const dates = parked.length > 0 ? datesOf(parked) : await movedBefore(stack, consumed, days);
  if (dryRun || dates.length + parked.length === 0) {
    return tellNoneVisible(await queueDepth(stack.sqs, queues.parkedQueueUrl));
  }
  const before = await days.get(dates);
  if (parked.length > 0) {
    const moved = await redrive(stack.sqs, queues, rate, tellMoving(), signal);
    print(`Moved ${moved} of ${parked.length} messages to the work queue.`);
  } else print('Nothing is parked; what was moved before is still under way.');

  const pace = aws ? PACE.aws : PACE.local;
  const progress = createProgress(process.stdout);
  const open = await followRedrive(stack.sqs, consumed, days, before, dates, progress, pace, signal).finally(
    () => progress.stop(),
  );
  if (signal.aborted) {
    print(
      'Stopped. Nothing is lost: what was moved goes on with the next start or redrive, the rest is still parked.',
    );
    return EXIT.unsettled;
  }
  const left = (await peekMessages(stack.sqs, queues.parkedQueueUrl)).filter(
    ({ message }) => message === null || dates.includes(message.date),
  );
  const again = new Set(left.flatMap(({ message }) => message?.date ?? []));
  const unfinished = [...open].filter((date) => !again.has(date)).length;
  const unreadable = left.filter(({ message }) => message === null).length;
  print(
    `${dates.length - again.size - unfinished} dates settled, ${again.size} failed again` +
      `${unfinished > 0 ? `, ${unfinished} unfinished` : ''}` +
      `${unreadable > 0 ? `, ${unreadable} messages cannot be read` : ''}.`,
  );
  for (const message of left) print(describe(message));
  return left.length === 0 && unfinished === 0 ? EXIT.settled : EXIT.unsettled;
};

const datesOf = (parked: readonly ParkedMessage[]): Day[] =>
  [...new Set(parked.flatMap(({ message }) => message?.date ?? []))].sort();

/**
 * The dates that have not settled while messages are under way: a redrive that was stopped or killed has moved them, and
 * nobody has worked on them since. None where the queues are empty.
 */
const movedBefore = async (stack: Stack, consumed: readonly string[], days: Days): Promise<Day[]> => {
  const depths = await Promise.all(consumed.map((url) => queueDepth(stack.sqs, url)));
  if (depths.every((count) => count === 0)) return [];
  const entries = await Array.fromAsync(days.scan());
  return entries.filter(({ state }) => state === 'parked' || state === 'failed').map(({ date }) => date);
};

/** A message that another command is looking at is not visible to this one. */
const tellNoneVisible = (depth: number): number => {
  print(
    depth === 0
      ? 'Nothing is parked.'
      : `${depth} messages are parked, but another command is looking at them: try again in half a minute.`,
  );
  return depth === 0 ? EXIT.settled : EXIT.unsettled;
};

const TELL_MS = 1_000;

/** Tells how far a slow move has come, once a second. */
const tellMoving = () => {
  let told = performance.now();
  return (moved: number, of: number): void => {
    if (moved === of || performance.now() - told < TELL_MS) return;
    told = performance.now();
    print(`Moving: ${moved} of ${of}`);
  };
};

const describe = ({ message, message_id, failure_name, failure_message }: ParkedMessage): string =>
  `  ${message?.date ?? `message ${message_id}`}  ${failure_name ?? 'unknown'}: ${failure_message ?? ''}`;
