import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import { type CurrentDates, currentDates, type Day } from '../../../shared/core/day.ts';
import { MOST_DATES } from '../../../shared/core/messages.ts';
import { plural } from '../../../shared/core/text.ts';
import { openLedger } from '../../operations/ledger.ts';
import { recomputeNights } from '../../operations/recompute-nights.ts';
import { currentDatesOf } from '../../operations/stack.ts';
import { LOCAL_ONLY, LONGEST_RANGE_DAYS, OPTION, withPipelineOptions } from '../options.ts';
import type { BackfillRange } from '../print/backfill-report.ts';
import { printBackfill } from '../print/report-backfill.ts';
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

export const backfillCommand = (): Command =>
  withPipelineOptions(
    new Command('backfill')
      .description(
        'Requests every date from --from to --to (default: the newest date that has begun anywhere on Earth) that has no night yet or an incomplete one, ' +
          `${MOST_DATES.toLocaleString('en-US')} dates at a time, newest first. ` +
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

const backfill = (workers: Workers, options: BackfillOptions): Promise<number> => {
  const range = rangeOf(options, currentDatesOf(workers.stack));
  print(`${workers.description}\n`);
  return printBackfill(workers, { ...options, range }, options);
};
