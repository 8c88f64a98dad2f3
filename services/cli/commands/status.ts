import Table from 'cli-table3';
import { Command } from 'commander';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { countsOf, statusOf } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger, outputOf } from '../../operations/ledger.ts';
import type { Stack } from '../../operations/stack.ts';
import { findReconnect, reconnectSentence } from '../connect/reconnect.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { showInstant } from '../print/instant.ts';
import { TABLE_STYLE } from '../print/table-style.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

/** What `status --format json` prints. */
export interface Status {
  readonly last_run: {
    readonly id: string;
    readonly status: string;
    readonly trigger: string;
    readonly started_at: string;
    readonly finished_at: string | null;
    readonly counts: Readonly<Record<string, number>>;
  } | null;
  readonly nights: { readonly stored: number; readonly first: string | null; readonly last: string | null };
  /** Messages in each queue, whether visible, in flight or delayed. */
  readonly queues: { readonly work: number; readonly dead_letter: number; readonly parked: number };
  /** Whether Oura lets us in no more; null where it may. `since`: ISO 8601, null where nobody wrote it down. */
  readonly reconnect_needed: { readonly since: string | null } | null;
}

export const statusCommand = (): Command =>
  withStackOptions(
    new Command('status')
      .description('Tells the last run, how many nights are stored, and how deep the queues are.')
      .addOption(OPTION.format(['text', 'json'], 'text')),
  ).action(async ({ format, ...options }: StackOptions & { format: string }) => {
    const { status, timeZone } = await withStack(options, async (stack) => ({
      status: await readStatus(stack),
      timeZone: outputOf(stack, OUTPUT.timeZone),
    }));
    const text =
      format === 'json'
        ? JSON.stringify(status, null, 2)
        : asText(status, timeZone, suggest('connect', options));
    process.stdout.write(`${text}\n`);
  });

const readStatus = async (stack: Stack): Promise<Status> => {
  const { runs, sleepTable } = openLedger(stack, systemClock);
  const [last] = await runs.list();
  const dates = (await Array.fromAsync(sleepTable.dates())).sort();
  const depth = (output: string) => queueDepth(stack.sqs, outputOf(stack, output));
  const [work, dead_letter, parked] = await Promise.all([
    depth(OUTPUT.workQueueUrl),
    depth(OUTPUT.deadLetterQueueUrl),
    depth(OUTPUT.parkedQueueUrl),
  ]);
  return {
    last_run: last
      ? {
          id: last.run_id,
          status: statusOf(last),
          trigger: last.trigger,
          started_at: last.started_at,
          finished_at: last.finished_at,
          counts: countsOf(last),
        }
      : null,
    nights: { stored: dates.length, first: dates[0] ?? null, last: dates.at(-1) ?? null },
    queues: { work, dead_letter, parked },
    reconnect_needed: (await findReconnect(stack, last?.cause ?? null)) ?? null,
  };
};

/** @param connect the command that mends a connection */
const asText = (
  { last_run, nights, queues, reconnect_needed }: Status,
  timeZone: string,
  connect: string,
): string => {
  const table = new Table(TABLE_STYLE);
  const counts = Object.entries(last_run?.counts ?? {}).map(([name, count]) => `${count} ${name}`);
  table.push(
    {
      'last run': last_run
        ? `${last_run.status} (${last_run.trigger}, ${showInstant(Date.parse(last_run.started_at), timeZone)})`
        : 'none yet',
    },
    { dates: counts.join(', ') || '–' },
    { 'nights stored': nights.stored > 0 ? `${nights.stored}, ${nights.first} to ${nights.last}` : '0' },
    { 'messages queued': `${queues.work} work, ${queues.dead_letter} dead-letter, ${queues.parked} parked` },
  );
  if (reconnect_needed) table.push({ Oura: `${reconnectSentence(reconnect_needed)}: ${connect}` });
  return table.toString();
};
