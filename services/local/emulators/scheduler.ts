import { Cron } from 'croner';
import type { Clock } from '../../../shared/core/clock.ts';
import { UnsupportedDefinition } from '../template/errors.ts';
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

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The next time after an instant, both epoch milliseconds. */
type Next = (after: number) => number | undefined;

const cron = (fields: string, timezone: string): Next => {
  // EventBridge has no seconds field and counts weekdays from 1 (Sunday).
  const pattern = new Cron(`0 ${fields}`, {
    mode: '7-part',
    timezone,
    alternativeWeekdays: true,
    paused: true,
  });
  return (after) => pattern.nextRun(new Date(after))?.getTime();
};

/**
 * When an expression of the schedule next fires after an instant (epoch ms); undefined where it is no cron(...), since a
 * rate counts from a moment that only its scheduler knows.
 */
export const nextCronTime = (expression: string, timezone: string, after: number): Date | undefined => {
  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const next = fields === undefined ? undefined : cron(fields, timezone)(after);
  return next === undefined ? undefined : new Date(next);
};

const rate = (every: number, start: number): Next => {
  return (after) => start + (Math.floor((after - start) / every) + 1) * every;
};

/** `start`: a rate counts from when it was made, here from the start of the process. */
const nextOf = (
  logicalId: string,
  { ScheduleExpression, ScheduleExpressionTimezone }: ScheduleProperties,
  start: number,
): Next => {
  const [, fields] = /^cron\((.+)\)$/.exec(ScheduleExpression) ?? [];
  if (fields !== undefined) return cron(fields, ScheduleExpressionTimezone);
  const [, value, unit = ''] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(ScheduleExpression) ?? [];
  const unitMs = UNIT_MS[unit];
  if (value !== undefined && unitMs !== undefined) return rate(Number(value) * unitMs, start);
  throw new UnsupportedDefinition(logicalId, `the schedule expression ${ScheduleExpression}`);
};

/** Waits for the schedule's times and fires at each. Throws {@link UnsupportedDefinition} for an expression that is neither cron nor rate. */
export const startScheduler = (
  { logicalId, properties }: Resource<ScheduleProperties>,
  clock: Clock,
  fire: Fire,
): Scheduler => {
  if (properties.Target.Input.includes('<aws.scheduler.')) {
    throw new UnsupportedDefinition(logicalId, 'context attributes in the input of a schedule');
  }
  const next = nextOf(logicalId, properties, clock.now());
  if (properties.State === 'DISABLED') return { nextRun: () => undefined, end: () => undefined };
  let due = next(clock.now());
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    if (due === undefined) return;
    if (clock.now() >= due) {
      fire(properties.Target, due);
      // From now, not from what was due: times that were slept through are not made up for one by one.
      due = next(clock.now());
    }
    if (due !== undefined) timer = setTimeout(look, Math.min(Math.max(due - clock.now(), 0), LOOK_MS));
  };
  look();
  return {
    nextRun: () => (due === undefined ? undefined : new Date(due)),
    end: () => clearTimeout(timer),
  };
};
