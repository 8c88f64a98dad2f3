import { showInstant } from '../../../shared/core/show-instant.ts';
import { plural } from '../../../shared/core/text.ts';
import type { StackStatus } from '../../operations/status/read-status.ts';
import { reconnectSentence } from './reconnect.ts';
import { type Fact, factTable } from './table.ts';

/** The output of `status --format json`. */
export const statusJson = ({ lastRun, nights, queues, reconnect }: StackStatus): string => {
  const last_run = lastRun && {
    id: lastRun.run_id,
    status: lastRun.status,
    trigger: lastRun.trigger,
    started_at: lastRun.started_at,
    finished_at: lastRun.finished_at,
    counts: lastRun.counts,
  };
  return JSON.stringify(
    { last_run: last_run ?? null, nights, queues, reconnect_needed: reconnect ?? null },
    null,
    2,
  );
};

/** @param command returns the command that runs a script on the stack */
export const statusTable = (
  { lastRun, nights, queues, reconnect }: StackStatus,
  timeZone: string,
  command: (script: string) => string,
): string => {
  const table: Fact[] = [];
  const counts = Object.entries(lastRun?.counts ?? {}).map(([name, count]) => `${count} ${name}`);
  table.push(
    {
      'last run': lastRun
        ? `${lastRun.status} (${lastRun.trigger}, ${showInstant(Date.parse(lastRun.started_at), timeZone)})`
        : 'none yet',
    },
    { dates: counts.join(', ') || '–' },
    { 'nights stored': nights.stored > 0 ? `${nights.stored}, ${nights.first} to ${nights.last}` : '0' },
    ...(nights.last_arrival ? [{ 'last night': `${nights.last} ${nights.last_arrival.text}` }] : []),
    ...(nights.vanished > 0
      ? [{ 'no longer at Oura': `${plural(nights.vanished, 'night')}: run ${command('gaps')}` }]
      : []),
    { 'messages queued': `${queues.work} work, ${queues.dead_letter} dead-letter, ${queues.parked} parked` },
  );
  if (reconnect) table.push({ Oura: `${reconnectSentence(reconnect)}: run ${command('connect')}` });
  return factTable(table);
};
