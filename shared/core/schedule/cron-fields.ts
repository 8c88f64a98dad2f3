import { InvalidSchedule } from './errors.ts';

/** The parts of a calendar date that the two day fields need. */
interface CalendarDay {
  readonly day: number;
  /** 1 is Sunday, as EventBridge counts. */
  readonly weekday: number;
  readonly daysInMonth: number;
}

type DayTest = (date: CalendarDay) => boolean;

/** When a cron expression runs: on the days that pass `isRunDay`, at each of `hours` and `minutes`. Numbers ascend. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly isRunDay: DayTest;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MINUTES: Field = { name: 'minutes', min: 0, max: 59 };
const HOURS: Field = { name: 'hours', min: 0, max: 23 };
const DAY_OF_MONTH: Field = { name: 'day-of-month', min: 1, max: 31 };
const MONTH: Field = {
  name: 'month',
  min: 1,
  max: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const DAY_OF_WEEK: Field = {
  name: 'day-of-week',
  min: 1,
  max: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const YEAR: Field = { name: 'year', min: 1970, max: 2199 };

const refuse = (item: string, { name }: Field, reason: string): InvalidSchedule =>
  new InvalidSchedule(`"${item}" in the ${name} field ${reason}`);

const readValue = (text: string, field: Field, item: string): number => {
  const { min, max, names = [] } = field;
  const value = /^\d+$/.test(text) ? Number(text) : min + names.indexOf(text.toUpperCase());
  if (value >= min && value <= max) return value;
  const orNames = names.length > 0 ? ` or ${names[0]} to ${names.at(-1)}` : '';
  throw refuse(item, field, `is not a value from ${min} to ${max}${orNames}`);
};

const stepOf = (text: string | undefined, field: Field, item: string): number => {
  if (text === undefined) return 1;
  const step = Number(text);
  if (step >= 1 && step <= field.max) return step;
  throw refuse(item, field, `has a step that is not from 1 to ${field.max}`);
};

/** The numbers from `first` to `last` by `step`, both included. */
const count = (first: number, last: number, step = 1): number[] =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);

/** The values of `*`, `5`, `1-5`, `22-2`, and of each with a step such as `0/15`. */
const readItem = (item: string, field: Field): number[] => {
  const [, range = '', stepText] = /^([^/]*)(?:\/(\d+))?$/.exec(item) ?? [];
  const step = stepOf(stepText, field, item);
  const { min, max } = field;
  if (range === '*') return count(min, max, step);
  const [first = min, last, ...rest] = range.split('-').map((end) => readValue(end, field, item));
  if (rest.length > 0) throw refuse(item, field, 'is not a range of two values');
  if (last === undefined) return stepText === undefined ? [first] : count(first, max, step);
  if (first <= last) return count(first, last, step);
  if (field === YEAR) throw refuse(item, field, 'is a range that ends before it begins');
  // This is the syntax of Quartz, which leaves the meaning of such a step undefined.
  if (stepText !== undefined) throw refuse(item, field, 'has a step in a range that wraps around');
  return [...count(min, last), ...count(first, max)];
};

const readValues = (text: string, field: Field): number[] => {
  const values = text.split(',').flatMap((item) => readItem(item, field));
  return [...new Set(values)].sort((one, other) => one - other);
};

const SATURDAY = 7;
const SUNDAY = 1;

/** The weekday (Monday to Friday) closest to day `target` in the same month; none if the month has no such day. */
const closestWeekday = (target: number, { day, weekday, daysInMonth }: CalendarDay): number | undefined => {
  if (target > daysInMonth) return undefined;
  // 35 keeps the dividend above zero: target and day are at most 30 apart.
  const weekdayOfTarget = ((weekday - 1 + target - day + 35) % 7) + 1;
  if (weekdayOfTarget === SATURDAY) return target === 1 ? 3 : target - 1;
  if (weekdayOfTarget === SUNDAY) return target === daysInMonth ? target - 2 : target + 1;
  return target;
};

const isDayOfMonth = (item: string): DayTest => {
  if (item === 'L') return ({ day, daysInMonth }) => day === daysInMonth;
  const [, offset] = /^L-(\d+)$/.exec(item) ?? [];
  if (offset !== undefined) {
    const before = Number(offset);
    if (before >= DAY_OF_MONTH.max) throw refuse(item, DAY_OF_MONTH, 'is before the first day of any month');
    return ({ day, daysInMonth }) => day === daysInMonth - before;
  }
  if (item === 'LW') return (date) => date.day === closestWeekday(date.daysInMonth, date);
  if (item.endsWith('W')) {
    const target = readValue(item.slice(0, -1), DAY_OF_MONTH, item);
    return (date) => date.day === closestWeekday(target, date);
  }
  const values = readItem(item, DAY_OF_MONTH);
  return ({ day }) => values.includes(day);
};

const isDayOfWeek = (item: string): DayTest => {
  // The last day of the week is Saturday.
  if (item === 'L') return ({ weekday }) => weekday === SATURDAY;
  if (item.endsWith('L')) {
    const target = readValue(item.slice(0, -1), DAY_OF_WEEK, item);
    return ({ day, weekday, daysInMonth }) => weekday === target && day + 7 > daysInMonth;
  }
  const hash = item.indexOf('#');
  if (hash !== -1) {
    const target = readValue(item.slice(0, hash), DAY_OF_WEEK, item);
    const nth = item.slice(hash + 1);
    if (!/^[1-5]$/.test(nth)) throw refuse(item, DAY_OF_WEEK, 'is not the first to fifth of a month');
    return ({ day, weekday }) => weekday === target && Math.ceil(day / 7) === Number(nth);
  }
  const values = readItem(item, DAY_OF_WEEK);
  return ({ weekday }) => values.includes(weekday);
};

const dayTestOf = (dayOfMonth: string, dayOfWeek: string): DayTest => {
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new InvalidSchedule('exactly one of the fields day-of-month and day-of-week must be ?');
  }
  const items = (dayOfMonth === '?' ? dayOfWeek : dayOfMonth).split(',');
  const nth = items.find((item) => item.includes('#'));
  if (nth !== undefined && items.length > 1) throw refuse(nth, DAY_OF_WEEK, 'cannot be part of a list');
  const tests = items.map(dayOfMonth === '?' ? isDayOfWeek : isDayOfMonth);
  return (date) => tests.some((test) => test(date));
};

/** Parses `minutes hours day-of-month month day-of-week year`. Throws {@link InvalidSchedule}. */
export const parseCronFields = (text: string): CronFields => {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) throw new InvalidSchedule(`a cron expression has 6 fields, not ${fields.length}`);
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  return {
    minutes: readValues(minutes, MINUTES),
    hours: readValues(hours, HOURS),
    months: readValues(month, MONTH),
    years: readValues(year, YEAR),
    isRunDay: dayTestOf(dayOfMonth, dayOfWeek),
  };
};
