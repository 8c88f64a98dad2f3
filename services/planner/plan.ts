import { isDeepStrictEqual } from 'node:util';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { findDates } from '../../shared/aws/store/day-states.ts';
import type { Days } from '../../shared/aws/store/days.ts';
import type { LatestDay } from '../../shared/aws/store/latest-day.ts';
import type { PlannedScopes } from '../../shared/aws/store/planned-scopes.ts';
import type { OpenRun, Runs } from '../../shared/aws/store/runs.ts';
import type { SleepTable } from '../../shared/aws/store/sleep-table.ts';
import {
  candidateDates,
  chooseDates,
  hasOwnRange,
  isLookBack,
  type PlannedDate,
} from '../../shared/core/choose-dates.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { byDate, currentDates, type Day, daysFrom } from '../../shared/core/day.ts';
import type { Log } from '../../shared/core/log.ts';
import { MOST_DATES, type PlanEvent } from '../../shared/core/messages.ts';
import { BEFORE_OURA } from '../../shared/oura/api/find-record.ts';
import { type EventParts, eventsOfRun } from './events-of-run.ts';
import { datesLackingGained, NONE_GAINED } from './gained-scopes.ts';
import { sendDates } from './send-dates.ts';

export interface PlannerParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly runs: Runs;
  readonly days: Days;
  readonly sleepTable: SleepTable;
  readonly plannedThrough: LatestDay;
  readonly sqs: SQSClient;
  readonly workQueueUrl: string;
  readonly timeZone: string;
  readonly lookBackDays: number;
  readonly plannedScopes: PlannedScopes;
  /** The scopes of the grant, without a request to Oura; undefined if they are not known. */
  readonly scopes: () => Promise<readonly string[] | undefined>;
  /** Throws if Oura rejects the credentials. Returns if Oura accepts them, or if the check gives no answer. */
  readonly preflight: (today: Day) => Promise<void>;
  /** Returns the number of requests to Oura since its last call. */
  readonly takeRequests: () => number;
  /** Only with webhooks. */
  readonly events: EventParts | undefined;
  /** Completes the waiting task if no date is pending. */
  readonly completeIfDone: (open: OpenRun) => Promise<boolean>;
}

/**
 * Plans a run: opens the run item, chooses the dates, checks the credentials, writes the dates, queues them. If no date is due,
 * it sends no request to Oura, and writes nothing but the run item. With webhooks, a run without a range also takes the pending
 * events. They are resolved only after their dates are queued, so that a crash leaves them pending.
 * The order matters: a worker may settle the first date before the last one is sent. Also, an invocation that crashed
 * is repeated with a new token, and queues the dates that are still pending again, which is harmless.
 * @returns the dates that this call queued
 */
export const plan = async (event: PlanEvent, parts: PlannerParts): Promise<PlannedDate[]> => {
  const { run_id, task_token, input } = event;
  const log = parts.log.with({ run_id });
  const events = hasOwnRange(input) ? undefined : parts.events;
  const opened = await parts.runs.open({ run_id, task_token, trigger: input.trigger });

  if (opened.planned) {
    const again = opened.run.pending.map(
      (date): PlannedDate => ({ date, reason: reasonAgain(input.trigger) }),
    );
    log.info('Resumed a planned run', { dates: opened.run.pending });
    await parts.completeIfDone(opened);
    await sendDates(parts.sqs, parts.workQueueUrl, run_id, again);
    // The invocation that crashed may not have resolved its events.
    if (events && (await events.pending.take()).size > 0) await events.startNext();
    return again;
  }

  const pending = (await events?.pending.take()) ?? new Map();

  const { timeZone, lookBackDays } = parts;
  const current = currentDates(timeZone, parts.clock.now());
  const { today } = current;
  const plannedThrough = await parts.plannedThrough.get();
  const context = { input, ...current, timeZone, lookBackDays, plannedThrough };
  const candidates = candidateDates(context);
  const { stored, states } = await findDates(parts, candidates);
  const looksBack = isLookBack(input);
  // No function may scan the nights, and looking up every date costs little, once.
  const allDates = () => (looksBack ? daysFrom(BEFORE_OURA, context.newest) : candidates);
  const isOfEvents = input.trigger === 'webhook' && !hasOwnRange(input);
  const inLookBack = () => chooseDates(context, candidates, stored, states);
  const announced =
    events &&
    eventsOfRun(
      pending,
      { datesOf: pending.size > 0 ? await parts.sleepTable.datesOfDocuments(candidates) : () => [], states },
      current.newest,
      events,
    );
  let due = isOfEvents ? [] : inLookBack();
  // The check also finds a new connection, which may have other scopes.
  const isChecked = due.length > 0 || announced?.needsOura === true;
  if (isChecked) await parts.preflight(today);
  const scopes = await parts.scopes();
  const found = await announced?.find(scopes);
  if (isOfEvents && found?.isLacking) due = inLookBack();
  const plannedScopes = scopes && (await parts.plannedScopes.get());
  const gained =
    scopes && !isOfEvents
      ? await datesLackingGained(scopes, plannedScopes, allDates, MOST_DATES - due.length, parts.sleepTable)
      : NONE_GAINED;
  const wanted = withDates(due, [...(found?.dates.keys() ?? [])], 'webhook');
  const chosen = withDates(wanted, gained.dates, input.trigger === 'backfill' ? 'backfill' : 'recheck');

  if (chosen.length > 0 && !isChecked) await parts.preflight(today);
  const planned = await parts.runs.plan(
    run_id,
    chosen.map(({ date }) => date),
    parts.takeRequests(),
  );
  const looked = new Set(candidates);
  const isNew = (date: Day) => looked.has(date) && !stored.has(date) && !states.has(date);
  const dates = chosen.map((each) => ({
    ...each,
    isNew: isNew(each.date),
    announced_at: found?.dates.get(each.date),
  }));
  await sendDates(parts.sqs, parts.workQueueUrl, run_id, dates);
  await announced?.settle();
  if (looksBack && chosen.length > 0) await parts.plannedThrough.advance(today, current.newest);
  if (scopes && !looksBack && !plannedScopes) await parts.plannedScopes.setFirst(scopes);
  // Other runs leave the rest of the nights of a gained scope to the next look-back.
  const seen = { scopes, ...(gained.rest && { rest: gained.rest }) };
  if (scopes && looksBack && !isDeepStrictEqual(plannedScopes, seen)) {
    await parts.plannedScopes.set(scopes, gained.rest);
  }
  await parts.completeIfDone(planned);
  log.info('Planned', { today, dates: chosen.map(({ date }) => date) });
  return chosen;
};

const withDates = (
  chosen: readonly PlannedDate[],
  dates: readonly Day[],
  reason: PlannedDate['reason'],
): PlannedDate[] => {
  const known = new Set(chosen.map(({ date }) => date));
  const added = dates.filter((date) => !known.has(date)).map((date): PlannedDate => ({ date, reason }));
  return [...chosen, ...added].sort(byDate);
};

/** The original reason of a date is not stored, but the worker treats `missing` and `recheck` in the same way. */
const reasonAgain = (trigger: string): PlannedDate['reason'] =>
  trigger === 'backfill' || trigger === 'webhook' ? trigger : 'missing';
