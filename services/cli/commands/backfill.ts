import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import { type CurrentDates, currentDates, type Day } from '../../../shared/core/day.ts';
import { plural } from '../../../shared/core/text.ts';
import { STOP_GRACE_SECONDS } from '../../local/emulators/stop-grace.ts';
import { CHUNK_DATES } from '../../operations/backfill/chunks.ts';
import { findOpenDates } from '../../operations/backfill/find-open-dates.ts';
import { runChunks } from '../../operations/backfill/run-chunks.ts';
import { openLedger } from '../../operations/ledger.ts';
import { recomputeNights } from '../../operations/recompute-nights.ts';
import { currentDatesOf } from '../../operations/stack.ts';
import { EXIT } from '../exit.ts';
import { LOCAL_ONLY, LONGEST_RANGE_DAYS, OPTION, withPipelineOptions } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { backfillProgress } from '../print/backfill-progress.ts';
import { type BackfillRange, backfillReport, datesOf, openDatesLine } from '../print/backfill-report.ts';
import { print } from '../print/write.ts';
import type { PipelineOptions } from '../target/local-pipeline.ts';
import { zoneOf } from '../target/time-zone.ts';
import { clockOf, type StackOptions, withStack } from '../target/with-stack.ts';
import { type Workers, withWorkers } from '../target/with-workers.ts';
import { UsageError } from '../usage-error.ts';

interface BackfillOptions extends PipelineOptions, StackOptions {
  readonly from: Day;
  readonly to?: Day;
  readonly again?: boolean;
}

/** The options as given: `--recompute` needs no range. */
type GivenOptions = Omit<BackfillOptions, 'from'> & { readonly from?: Day; readonly recompute?: boolean };

/** How often to check a running run: each check takes two reads, which cost money on AWS. */
const POLL_MS = { local: 300, aws: 1_000 } as const;

export const backfillCommand = (): Command =>
  withPipelineOptions(
    new Command('backfill')
      .description(
        'Requests every date from --from to --to (default: the newest date that has begun anywhere on Earth) that has no night yet or an incomplete one, ' +
          `${CHUNK_DATES.toLocaleString('en-US')} dates at a time, newest first. ` +
          'Ctrl-C stops it, and the same command continues. Uses the workers of a running npm start, or runs its own.',
      )
      .addOption(OPTION.from('required unless --recompute'))
      .addOption(OPTION.to())
      .addOption(OPTION.again())
      .addOption(OPTION.aws().conflicts(LOCAL_ONLY))
      .addOption(OPTION.stack())
      .option(
        '--recompute',
        'compute the stored nights again by the rules of this version, without requesting anything from Oura',
      ),
  ).action(async ({ recompute, from, ...options }: GivenOptions) => {
    if (recompute) return recomputeAll(options);
    if (from === undefined) throw new UsageError('Say where to begin: --from YYYY-MM-DD.');
    process.exitCode = await run({ ...options, from });
    return undefined;
  });

const recomputeAll = (options: StackOptions): Promise<void> =>
  withStack(options, async (stack) => {
    const recomputed = await recomputeNights(openLedger(stack).sleepTable);
    print(
      recomputed === 0
        ? 'Every stored night follows the rules of this version.'
        : `${plural(recomputed, 'night')} computed again by the rules of this version.`,
    );
  });

/** The range to backfill. Throws a UsageError if it is reversed, in the future, or longer than a century. */
const rangeOf = (options: BackfillOptions, current: CurrentDates): BackfillRange => {
  checkDateRange(options, { ...current, most: LONGEST_RANGE_DAYS });
  return { from: options.from, to: options.to ?? current.newest };
};

const run = async (options: BackfillOptions): Promise<number> => {
  // Checked here too, so that a mistake is reported before the pipeline starts.
  if (!options.aws) rangeOf(options, currentDates(zoneOf(options).timeZone, clockOf(options).now()));
  return withWorkers({ ...options, schedule: true }, (workers) => backfill(workers, options));
};

const backfill = async (
  { stack, signal, isOwn, rest, description }: Workers,
  options: BackfillOptions,
): Promise<number> => {
  const pollMs = options.aws ? POLL_MS.aws : POLL_MS.local;
  const range = rangeOf(options, currentDatesOf(stack));
  const command = suggest(
    'backfill',
    options,
    '--from',
    range.from,
    ...(options.to ? ['--to', options.to] : []),
    ...(options.again ? ['--again'] : []),
  );
  print(`${description}\n`);

  const found = await findOpenDates(stack, { ...range, again: options.again }, { signal, pollMs });
  print(openDatesLine(found, range));
  if (found.open.length + found.left.length === 0) return EXIT.settled;

  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const progress = backfillProgress(process.stdout, seconds);
  const stopped = async () => {
    progress.stop();
    if (isOwn) {
      print(
        `Stopping: work in progress finishes first, within ${STOP_GRACE_SECONDS} s. Ctrl-C again stops at once.`,
      );
    }
    await rest();
  };
  const ended = await runChunks(stack, found, {
    signal,
    pollMs,
    rest: stopped,
    look: progress.look,
    again: options.again,
  }).finally(() => progress.stop());
  const took = seconds();
  const { no_data, failed } = datesOf(ended);
  const entries = await openLedger(stack).days.get([...no_data, ...failed]);
  print(
    `\n${backfillReport(ended, { entries, seconds: took, range, again: command, target: options }).join('\n')}`,
  );
  const { done, total } = ended.standing;
  if (signal.aborted && done < total) {
    const running = isOwn
      ? 'It also finishes the current run.'
      : 'The current run goes on by itself: the counts are those of this moment.';
    print(`Stopped. To continue, run ${command}. ${running}`);
  }
  return failed.length === 0 && done === total && !ended.halt ? EXIT.settled : EXIT.unsettled;
};
