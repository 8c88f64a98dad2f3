import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Day } from '../../../shared/contract/day.ts';
import type { DayEntry } from '../../../shared/contract/ledger.ts';
import { OUTPUT } from '../../../shared/contract/names.ts';
import { type ParkedMessage, peekMessages } from '../../../shared/queue/parked-messages.ts';
import { queueDepth } from '../../../shared/queue/queue-depth.ts';
import { redrive } from '../../../shared/queue/redrive.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { findRunning } from '../../local/runtime-file.ts';
import { EXIT } from '../exit.ts';
import { openLedger, outputOf } from '../ledger.ts';
import { type PipelineOptions, withLocalPipeline } from '../local-pipeline.ts';
import { OPTION, withPipelineOptions } from '../options.ts';
import { createProgress } from '../print/progress.ts';
import { checkDataFolder, type Stack, type StackOptions, withStack } from '../with-stack.ts';

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
      .addOption(OPTION.aws())
      .addOption(OPTION.stack()),
  ).action(async (options: RedriveOptions) => {
    process.exitCode = await run(options);
  });

const run = async (options: RedriveOptions): Promise<number> => {
  const never = new AbortController().signal;
  if (options.aws || options.dryRun || (await findRunning(options.dataDir))) {
    return withStack(options, (stack) => redriveStack(stack, options, never));
  }
  checkDataFolder(options.dataDir);
  return withLocalPipeline(options, false, ({ runtime, signal }) =>
    redriveStack({ ...runtime.clients, outputs: runtime.outputs }, options, signal),
  );
};

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Moves, waits, and says how many messages were moved, how many dates settled and how many failed again. */
const redriveStack = async (
  stack: Stack,
  { dryRun, rate }: RedriveOptions,
  signal: AbortSignal,
): Promise<number> => {
  const queues = {
    parkedQueueUrl: outputOf(stack, OUTPUT.parkedQueueUrl),
    workQueueUrl: outputOf(stack, OUTPUT.workQueueUrl),
    deadLetterQueueUrl: outputOf(stack, OUTPUT.deadLetterQueueUrl),
  };
  const parked = await peekMessages(stack.sqs, queues.parkedQueueUrl);
  if (parked.length === 0) {
    print('Nothing is parked.');
    return EXIT.settled;
  }
  for (const message of parked) if (dryRun) print(describe(message));
  if (dryRun) {
    print(`${parked.length} messages are parked. Nothing was moved.`);
    return EXIT.settled;
  }

  const dates = [...new Set(parked.flatMap(({ message }) => message?.date ?? []))].sort();
  const { days } = openLedger(stack, systemClock);
  const before = await days.get(dates);
  const moved = await redrive(stack.sqs, queues, rate, () => {});
  print(`Moved ${moved} of ${parked.length} messages to the work queue.`);

  await settled(stack, queues, dates, before, signal);
  const left = await peekMessages(stack.sqs, queues.parkedQueueUrl);
  const again = new Set(left.flatMap(({ message }) => message?.date ?? []));
  const unreadable = left.filter(({ message }) => message === null).length;
  const working =
    (await queueDepth(stack.sqs, queues.workQueueUrl)) +
    (await queueDepth(stack.sqs, queues.deadLetterQueueUrl));
  const settledDates = dates.filter((date) => !again.has(date)).length - Math.min(working, dates.length);
  print(
    `${settledDates} dates settled, ${again.size} failed again` +
      `${working > 0 ? `, ${working} messages still under way` : ''}` +
      `${unreadable > 0 ? `, ${unreadable} messages cannot be read` : ''}.`,
  );
  for (const message of left) print(describe(message));
  return left.length === 0 && working === 0 ? EXIT.settled : EXIT.unsettled;
};

const describe = ({ message, message_id, failure_name, failure_message }: ParkedMessage): string =>
  `  ${message?.date ?? `message ${message_id}`}  ${failure_name ?? 'unknown'}: ${failure_message ?? ''}`;

const POLL_MS = 300;
/** Looks at empty queues before they are believed: SQS's counts lag behind. */
const QUIET_LOOKS = 3;

/** Waits until every date has a new entry in the ledger that is final, or until nothing is under way any more. */
const settled = async (
  stack: Stack,
  queues: { workQueueUrl: string; deadLetterQueueUrl: string },
  dates: readonly Day[],
  before: ReadonlyMap<Day, DayEntry>,
  signal: AbortSignal,
): Promise<void> => {
  const { days } = openLedger(stack, systemClock);
  const progress = createProgress(process.stdout);
  progress.total(dates.length);
  const open = new Set(dates);
  for (let quiet = 0; quiet < QUIET_LOOKS && !signal.aborted; ) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    const entries = await days.get([...open]);
    for (const date of [...open].sort()) {
      const entry = entries.get(date);
      const outcome = entry && outcomeOf(entry, before.get(date));
      if (outcome === undefined) continue;
      open.delete(date);
      progress.settled(date, outcome);
    }
    const depth = await Promise.all(
      [queues.workQueueUrl, queues.deadLetterQueueUrl].map((url) => queueDepth(stack.sqs, url)),
    );
    quiet = depth.every((count) => count === 0) ? quiet + 1 : 0;
  }
  progress.stop();
};

/** How a date ended since `before`; undefined while it has not. */
const outcomeOf = (entry: DayEntry, before: DayEntry | undefined) => {
  if (entry.state === 'parked') {
    return entry.last_error?.at !== before?.last_error?.at ? ('failed' as const) : undefined;
  }
  if (entry.state === 'failed' || entry.last_checked_at === before?.last_checked_at) return undefined;
  return entry.state;
};
