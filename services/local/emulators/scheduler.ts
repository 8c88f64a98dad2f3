import type { Clock } from '../../../shared/core/clock.ts';
import { InvalidSchedule } from '../../../shared/core/schedule/errors.ts';
import { nextRun } from '../../../shared/core/schedule/next-run.ts';
import { parseSchedule, type Schedule } from '../../../shared/core/schedule/parse-schedule.ts';
import { UnsupportedTemplate } from '../template/errors.ts';
import type { Resource } from '../template/read-resources.ts';

/** The properties of a schedule that take effect here. */
export interface ScheduleProperties {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly Target: { readonly Arn: string; readonly Input: string };
}

/** A schedule of the template, waiting for its time. */
export interface Scheduler {
  /** When it fires next; undefined where it never does. */
  nextRun(): Date | undefined;
  end(): void;
}

/** Fires a schedule's target. @param due when it was due, epoch milliseconds */
export type Fire = (properties: ScheduleProperties['Target'], due: number) => void;

/** The clock is looked at this often: a machine that slept through its time, or whose clock was set, is noticed by then. */
const LOOK_MS = 30_000;

const parse = (logicalId: string, expression: string): Schedule => {
  try {
    return parseSchedule(expression);
  } catch (error: unknown) {
    if (!(error instanceof InvalidSchedule)) throw error;
    throw new UnsupportedTemplate(`the schedule expression ${expression}: ${error.message}`, logicalId);
  }
};

/**
 * Waits for the schedule's times and fires at each. A rate counts from the start of the process: EventBridge counts from
 * when the schedule was made and fires then too, which here would be at every start. Throws
 * {@link UnsupportedTemplate} for an expression that EventBridge refuses.
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

  const look = (): void => {
    if (due === undefined) return;
    if (clock.now() >= due) {
      fire(properties.Target, due);
      // From now, not from what was due: times that were slept through are not made up for one by one.
      due = next();
    }
    if (due !== undefined) timer = setTimeout(look, Math.min(Math.max(due - clock.now(), 0), LOOK_MS));
  };
  look();
  return {
    nextRun: () => (due === undefined ? undefined : new Date(due)),
    end: () => clearTimeout(timer),
  };
};
