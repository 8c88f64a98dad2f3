import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { runReport } from '../../services/cli/print/run-report.ts';
import { firstKnown, readCalendar } from '../../services/dashboard/server/read-calendar.ts';
import type { CreateHandler } from '../../services/local/emulators/functions.ts';
import type { LocalRuntime } from '../../services/local/start.ts';
import { findOpenDates } from '../../services/operations/backfill/find-open-dates.ts';
import { gapContext, gapsOf } from '../../services/operations/gaps/read-gaps.ts';
import { openLedger } from '../../services/operations/ledger.ts';
import { planRedrive } from '../../services/operations/redrive/redrive-dates.ts';
import { readFailures } from '../../services/operations/status/failures.ts';
import { readNightsStatus } from '../../services/operations/status/nights-status.ts';
import { readSyncState } from '../../services/operations/status/sync-state.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { findDates, readDayStates } from '../../shared/aws/store/day-states.ts';
import { candidateDates, chooseDates } from '../../shared/core/choose-dates.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { addDays, currentDates, daysFrom } from '../../shared/core/day.ts';
import type { RunInput } from '../../shared/core/messages.ts';
import { temporaryDataDir } from '../helpers/command.ts';
import { RUNNING, situationOf } from '../helpers/situation.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import {
  LAST_OVER,
  NOON,
  redrive,
  STANDING_CLOCK,
  startPipeline,
  TIME_ZONE,
} from '../reliability/support/pipeline.ts';

const FROM = addDays(LAST_OVER, -59);
const DATES = daysFrom(FROM, LAST_OVER);
/** Old enough to be settled when they are stored. */
const AGAIN = { from: addDays(FROM, 10), to: addDays(FROM, 12) };

/** A planner of an earlier version: no message says that its date is new, so the worker writes an entry for every date. */
const earlierPlanner = (create: CreateHandler): CreateHandler => {
  const without = (sqs: SQSClient): SQSClient =>
    Object.assign(Object.create(sqs), {
      send: (command: unknown) => {
        if (command instanceof SendMessageBatchCommand)
          for (const entry of command.input.Entries ?? []) delete entry.MessageAttributes;
        return sqs.send(command as never);
      },
    }) as SQSClient;
  return (dependencies) => create({ ...dependencies, sqs: without(dependencies.sqs) });
};

/** Removes what two histories never share: the times of the day. */
const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(/(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, '$1'));

/** What the commands, the page and the planner say about all dates. */
const answersOf = async (runtime: LocalRuntime, run_id: string) => {
  const stack = { ...runtime.clients, clock: clockFrom(NOON), outputs: runtime.outputs };
  const ledger = openLedger(stack);
  const state = await readSyncState(stack, situationOf(RUNNING));
  const context = await gapContext(stack, state);
  const { queues, problems, dates } = state;
  const first = firstKnown(state);
  const run = (await ledger.runs.get(run_id))?.run;
  if (run === undefined || first === undefined) throw new Error('The run stored nothing');
  const open = await findOpenDates(
    stack,
    { from: FROM, to: LAST_OVER },
    { signal: new AbortController().signal, pollMs: 100 },
  );
  const input: RunInput = { trigger: 'schedule' };
  const planned = {
    ...{ input, timeZone: TIME_ZONE, lookBackDays: 7, plannedThrough: undefined },
    ...currentDates(TIME_ZONE, NOON),
  };
  const candidates = candidateDates(planned);
  const { stored, states } = await findDates(ledger, candidates);
  const all = await readDayStates(ledger, DATES);
  return withoutTimes({
    status: { queues, problems, dates, nights: await readNightsStatus(stack, state) },
    counts: state.runs[0]?.counts,
    gaps: gapsOf(state, {}, context),
    failures: await readFailures(stack),
    first,
    calendar: [
      await readCalendar(context, ledger, 2025, first),
      await readCalendar(context, ledger, 2026, first),
    ],
    open: { ...open, underWay: [...open.underWay] },
    next: chooseDates(planned, candidates, stored, states),
    redrive: (await planRedrive(stack)).dates,
    report: runReport(run, await ledger.days.get(run.failed), { dataDir: '.data' }),
    states: [...all.values()].map(({ run_id: _, ...state }) => state),
  });
};

/** Runs the history, and returns the answers at each of its points and the number of ledger entries after its first run. */
const live = async (planner: (create: CreateHandler) => CreateHandler) => {
  const folder = await temporaryDataDir();
  const ring = await startRingSimulator({
    timeZone: TIME_ZONE,
    clock: STANDING_CLOCK,
    seed: 5,
    scenario: 'forgetful',
  });
  const runtime = await startPipeline({
    dataDir: folder.path,
    clock: clockFrom(NOON),
    baseUrl: ring.url,
    settings: { batchingWindowSeconds: 1, retryBaseSeconds: 0.01, maxReceiveCount: 2 },
    around: { planner },
  });
  const run = async (name: string, input: RunInput) => {
    await startLocalRun(runtime, name, input);
    await runtime.waitForExecution(name);
    await runtime.idle();
    return answersOf(runtime, name);
  };
  try {
    const { days } = openLedger({ ...runtime.clients, clock: clockFrom(NOON), outputs: runtime.outputs });
    const range = { trigger: 'backfill', from: FROM, to: LAST_OVER } as const;
    const stored = await run('stored', range);
    const entries = (await Array.fromAsync(days.scan())).length;
    // One collection only: of several that fail at once, the first to answer names the error.
    ring.faults.always('unavailable', { collection: 'daily_sleep' });
    const parked = await run('parked', { ...range, ...AGAIN, again: true });
    ring.faults.clear();
    await redrive(runtime);
    const redriven = await answersOf(runtime, 'parked');
    const resumed = await run('resumed', range);
    return { entries, answers: { stored, parked, redriven, resumed } };
  } finally {
    await runtime.stop();
    await ring.stop();
    await folder.remove();
  }
};

test('every answer is the same if the plainly stored nights have no ledger entry', async () => {
  const earlier = await live(earlierPlanner);
  const present = await live((create) => create);
  expect(earlier.entries).toBe(DATES.length);
  expect(present.entries).toBeLessThan(DATES.length - 20);
  expect(present.answers).toEqual(earlier.answers);
});
