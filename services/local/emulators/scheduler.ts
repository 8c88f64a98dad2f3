import type { Clock } from '../../../shared/core/clock.ts';
import { InvalidSchedule } from '../../../shared/core/schedule/errors.ts';
import { nextRun } from '../../../shared/core/schedule/next-run.ts';
import { parseSchedule, type Schedule } from '../../../shared/core/schedule/parse-schedule.ts';
import { UnsupportedTemplate } from '../template/errors.ts';
import type { Resource } from '../template/read-resources.ts';

export interface ScheduleProperties {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly Target: { readonly Arn: string; readonly Input: string };
}

export interface Scheduler {
  /** The time of the next run, `undefined` if there is none. */
  nextRun(): Date | undefined;
  end(): void;
}

/** Calls the target of a schedule. @param due the scheduled time, epoch milliseconds */
export type Fire = (properties: ScheduleProperties['Target'], due: number) => void;

/** How often the clock is checked, to notice that the machine slept or its clock was set. */
const POLL_MS = 30_000;
/** A clock that goes back further than this was ahead. NTP corrects less than a second, and a time must not fire twice for it. */
export const SET_BACK_MS = 60_000;

const parse = (logicalId: string, expression: string): Schedule => {
  try {
    return parseSchedule(expression);
  } catch (error: unknown) {
    if (!(error instanceof InvalidSchedule)) throw error;
    throw new UnsupportedTemplate(`the schedule expression ${expression}: ${error.message}`, logicalId);
  }
};

/**
 * Calls `fire` at each time of the schedule. A rate counts from the start of the process. EventBridge counts from the
 * creation of the schedule and fires then too, which would be every start here. Throws {@link UnsupportedTemplate} for
 * an expression that EventBridge rejects.
 */
export const startScheduler = (
  { logicalId, properties }: Resource<ScheduleProperties>,
  clock: Clock,
  fire: Fire,
): Scheduler => {
  if (properties.Target.Input.includes('<aws.scheduler.')) {
    throw new UnsupportedTemplate('context attributes in the input of a schedule', logicalId);
  }
  const schedule = parse(logicalId, properties.ScheduleExpression);
  const start = clock.now();
  const next = (): number | undefined =>
    nextRun(schedule, properties.ScheduleExpressionTimezone, clock.now(), start);
  if (properties.State === 'DISABLED') return { nextRun: () => undefined, end: () => undefined };
  let due = next();
  let timer: NodeJS.Timeout | undefined;

  let seen = clock.now();

  const poll = (): void => {
    if (due === undefined) return;
    const now = clock.now();
    // The times between now and the wrong time have not passed.
    if (now < seen - SET_BACK_MS) due = Math.min(due, next() ?? due);
    seen = now;
    if (now >= due) {
      fire(properties.Target, due);
      // Counts from now: one run replaces all times that passed while the machine slept.
      due = next();
    }
    if (due !== undefined) timer = setTimeout(poll, Math.min(Math.max(due - clock.now(), 0), POLL_MS));
  };
  poll();
  return {
    nextRun: () => (due === undefined ? undefined : new Date(due)),
    end: () => clearTimeout(timer),
  };
};
