import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { MorningWatch, Watch } from '../../shared/aws/store/morning-watch.ts';
import type { SleepTable } from '../../shared/aws/store/sleep-table.ts';
import { type Clock, iso } from '../../shared/core/clock.ts';
import { addDays, byDate, type Day, daysFrom, newestDay } from '../../shared/core/day.ts';
import { AppError, type Consequences, isLockedOut, PERMANENT } from '../../shared/core/errors.ts';
import type { Log } from '../../shared/core/log.ts';
import type { RunInput } from '../../shared/core/messages.ts';
import { LEARNT_DAYS, morningOf } from '../../shared/core/night/wake-up-time.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';

/** Requests to Oura on one day, including those of the run that follows. */
export const MOST_REQUESTS = 60;
/** Of these, the ones that are left for the run: the check of the credentials, four collections, and repeats. */
const RUN_REQUESTS = 10;

export interface WatcherParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly sfn: SFNClient;
  readonly stateMachineArn: string;
  readonly timeZone: string;
  readonly sleepTable: Pick<SleepTable, 'get'>;
  readonly watch: MorningWatch;
  /**
   * Asks Oura whether it has the night of `day`. `count` is called before each request, and its error ends the question.
   */
  readonly hasLastNight: (day: Day, count: () => Promise<void>) => Promise<boolean>;
}

/**
 * What an invocation found: it is not morning yet, or the day is done (`idle`); the night is `stored`; Oura does not have it yet
 * (`awaited`) or did not answer (`unanswered`); the requests of the day are `spent`; or a sync was `started`.
 */
export type Found = 'idle' | 'stored' | 'awaited' | 'unanswered' | 'spent' | 'started';

/** Thrown inside this module only. */
class RequestsSpent extends AppError {
  override readonly name = 'RequestsSpent';
  override readonly consequences: Consequences = PERMANENT;
}

/** The watch of the sleeper's day. The wake-up time is learnt once a day, so most invocations read a single item. */
const currentWatch = async ({
  clock,
  timeZone,
  sleepTable,
  watch,
}: WatcherParts): Promise<Watch | undefined> => {
  const now = clock.now();
  const last = await watch.get();
  const newest = newestDay(now);
  if (last && iso(now) < last.until && last.day <= newest) return last;
  const nights = await sleepTable.get(daysFrom(addDays(newest, -LEARNT_DAYS), newest));
  const { day, wakesAt, until } = morningOf([...nights.values()].sort(byDate), timeZone, now);
  await watch.begin({ day, wakes_at: iso(wakesAt), until: iso(until) }, now);
  return watch.get();
};

/** Whether a stored night needs no more questions. */
const isWhole = (night: SleepRecord | undefined): boolean =>
  night !== undefined && night.bedtime_end !== null && night.sleep_score !== null;

/** Starts a run of the day, once: its name is the day's. */
const startSync = async ({ sfn, stateMachineArn }: WatcherParts, day: Day): Promise<void> => {
  const input: RunInput = { trigger: 'morning', from: day, to: day };
  const start = { stateMachineArn, name: `morning-${day}`, input: JSON.stringify(input) };
  await sfn.send(new StartExecutionCommand(start)).catch((error: unknown) => {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  });
};

/**
 * From the sleeper's usual wake-up time on, asks Oura for last night, and starts a sync once Oura has it. Then it does not ask
 * any more until the next day. If Oura locks us out, the sync is started, too: its run reports why.
 */
export const watchMorning = async (parts: WatcherParts): Promise<Found> => {
  const { clock, log, sleepTable, watch } = parts;
  const current = await currentWatch(parts);
  if (!current || current.ended !== null || iso(clock.now()) < current.wakes_at) return 'idle';
  const { day } = current;
  if (isWhole((await sleepTable.get([day])).get(day))) {
    await watch.end(day, 'stored');
    return 'stored';
  }
  const count = async (): Promise<void> => {
    if (!(await watch.take(day, MOST_REQUESTS - RUN_REQUESTS))) throw new RequestsSpent();
  };
  try {
    if (!(await parts.hasLastNight(day, count))) return 'awaited';
  } catch (error: unknown) {
    if (error instanceof RequestsSpent) return 'spent';
    if (!(error instanceof AppError)) throw error;
    log.warn('Oura did not say whether it has last night', { day }, error);
    if (!isLockedOut(error.consequences)) return 'unanswered';
  }
  await startSync(parts, day);
  await watch.end(day, 'started');
  log.info('Started a sync of last night', { day });
  return 'started';
};
