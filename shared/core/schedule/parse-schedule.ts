import { type CronFields, parseCronFields } from './cron-fields.ts';
import { InvalidSchedule } from './errors.ts';

/** A schedule expression of EventBridge Scheduler, parsed. */
export type Schedule =
  | { readonly kind: 'cron'; readonly fields: CronFields }
  /** At a fixed interval of elapsed time. A day is 24 hours, even if the clocks change. */
  | { readonly kind: 'rate'; readonly everyMs: number }
  /** Once, at `wallTime` (`YYYY-MM-DDTHH:MM:SS`). */
  | { readonly kind: 'at'; readonly wallTime: string };

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const parseRate = (text: string): Schedule => {
  const [, value, unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(text) ?? [];
  const everyMs = Number(value) * (UNIT_MS[unit] ?? Number.NaN);
  if (Number.isNaN(everyMs)) {
    throw new InvalidSchedule('a rate is a positive number and minutes, hours or days');
  }
  return { kind: 'rate', everyMs };
};

const parseAt = (wallTime: string): Schedule => {
  const instant = Date.parse(`${wallTime}Z`);
  if (Number.isNaN(instant) || new Date(instant).toISOString() !== `${wallTime}.000Z`) {
    throw new InvalidSchedule('at takes a date and time such as 2026-01-31T12:00:00');
  }
  return { kind: 'at', wallTime };
};

const PARSERS: Readonly<Record<string, (text: string) => Schedule>> = {
  cron: (text) => ({ kind: 'cron', fields: parseCronFields(text) }),
  rate: parseRate,
  at: parseAt,
};

/**
 * Parses `cron(...)`, `rate(...)` or `at(...)`. Throws {@link InvalidSchedule}.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html. AWS uses the syntax of Quartz. Where AWS
 * does not say, we follow Quartz: ranges that wrap around (`22-2`), `L-2`, and `L` as a day of the week.
 */
export const parseSchedule = (expression: string): Schedule => {
  const [, kind = '', text = ''] = /^(\w+)\((.*)\)$/.exec(expression) ?? [];
  const parse = Object.hasOwn(PARSERS, kind) ? PARSERS[kind] : undefined;
  if (parse === undefined) throw new InvalidSchedule('a schedule is cron(...), rate(...) or at(...)');
  return parse(text);
};
