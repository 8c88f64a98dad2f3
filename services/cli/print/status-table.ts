import type { RunCounts } from '../../../shared/core/ledger.ts';
import { showInstant } from '../../../shared/core/show-instant.ts';
import { plural } from '../../../shared/core/text.ts';
import type { StackStatus } from '../../operations/status/status-report.ts';
import type { ServingProcess } from '../../operations/status/sync-state.ts';
import { problemLines } from './problem-lines.ts';
import { type Fact, factTable } from './table.ts';

/** Whether something syncs, in a few words. */
export const processText = (process: ServingProcess | null): string => {
  if (process === null) return 'not running: nothing syncs';
  if (process.pid === null) return 'deployed';
  return process.consumes
    ? `running (process ${process.pid})`
    : `only a page is running (process ${process.pid}): nothing syncs`;
};

/** The counts in the words of the report of a run. */
const countsText = ({ planned, stored, unchanged, no_data, failed, pending }: RunCounts): string =>
  `${planned} planned, ${stored} stored, ${unchanged} unchanged, ${no_data} without data, ${failed} failed, ${pending} unfinished`;

/** @param command returns the command that runs a script on the stack */
export const statusTable = (
  { state, nights }: StackStatus,
  timeZone: string,
  command: (script: string) => string,
): string => {
  const { process, runs, queues, nextRun } = state;
  const [lastRun] = runs;
  const table: Fact[] = [];
  table.push(
    { pipeline: process ? processText(process) : `${processText(null)} until you run ${command('start')}` },
    ...(nextRun === null ? [] : [{ 'next sync': showInstant(Date.parse(nextRun), timeZone) }]),
    {
      'last run': lastRun
        ? `${lastRun.status} (${lastRun.trigger}, ${showInstant(Date.parse(lastRun.started_at), timeZone)})`
        : 'none yet',
    },
    { dates: lastRun ? countsText(lastRun.counts) : '–' },
    { 'nights stored': nights.stored > 0 ? `${nights.stored}, ${nights.first} to ${nights.last}` : '0' },
    ...(nights.last_arrival ? [{ 'last night': `${nights.last} ${nights.last_arrival.text}` }] : []),
    ...(nights.vanished > 0
      ? [{ 'no longer at Oura': `${plural(nights.vanished, 'night')}: run ${command('gaps')}` }]
      : []),
    { 'messages queued': `${queues.work} work, ${queues.dead_letter} dead-letter, ${queues.parked} parked` },
  );
  return [factTable(table), ...problemLines(state)].join('\n');
};
