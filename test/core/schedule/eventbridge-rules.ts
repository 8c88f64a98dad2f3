/**
 * EventBridge's rules for cron expressions as a brute force over minutes, written without the code under test: each
 * minute of a window is looked up in Intl, and each field is matched as text against what the clocks show.
 */

interface WallMinute {
  readonly instant: number;
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly year: number;
  /** 0 is Sunday, as JavaScript counts. */
  readonly weekday: number;
  readonly lastDay: number;
}

const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');
const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/** Every minute from `start` to `end` that shows a wall time for the first time: a repeated hour does not run again. */
export const minutesOf = (timeZone: string, start: string, end: string): WallMinute[] => {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const seen = new Set<string>();
  const minutes: WallMinute[] = [];
  for (let instant = Date.parse(start); instant < Date.parse(end); instant += 60_000) {
    const shown = clock.format(instant);
    if (seen.has(shown)) continue;
    seen.add(shown);
    const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = shown.split(/\D+/).map(Number);
    const weekday = new Date(year, month - 1, day).getDay();
    const lastDay = new Date(year, month, 0).getDate();
    minutes.push({ instant, minute, hour, day, month, year, weekday, lastDay });
  }
  return minutes;
};

/** Walks from the first value of a range to its last, wrapping around at the end of the field. */
const isInRange = (value: number, text: string, min: number, max: number, names: string[], base: number) => {
  const read = (end: string) =>
    names.includes(end.toUpperCase()) ? names.indexOf(end.toUpperCase()) + base : Number(end);
  const [range = '', step = '1'] = text.split('/');
  let from = min;
  let to = max;
  if (range !== '*') {
    const [first = '', last] = range.split('-');
    from = read(first);
    to = last === undefined ? (text.includes('/') ? max : from) : read(last);
  }
  for (let at = from, walked = 0; ; at = at === max ? min : at + 1, walked += 1) {
    if (at === value && walked % Number(step) === 0) return true;
    if (at === to) return false;
  }
};

const isWorkday = (year: number, month: number, day: number) =>
  ![0, 6].includes(new Date(year, month - 1, day).getDay());

/** Looks at ever more distant days of the same month until one is no weekend. */
const closestWorkday = (target: number, { year, month, lastDay }: WallMinute): number => {
  if (target > lastDay) return -1;
  for (let distance = 0; ; distance += 1) {
    for (const day of [target - distance, target + distance]) {
      if (day >= 1 && day <= lastDay && isWorkday(year, month, day)) return day;
    }
  }
};

const matchesDayOfMonth = (item: string, at: WallMinute): boolean => {
  if (item === 'L') return at.day === at.lastDay;
  if (item.startsWith('L-')) return at.lastDay - at.day === Number(item.slice(2));
  if (item === 'LW') {
    let day = at.lastDay;
    while (!isWorkday(at.year, at.month, day)) day -= 1;
    return at.day === day;
  }
  if (item.endsWith('W')) return at.day === closestWorkday(Number(item.slice(0, -1)), at);
  return isInRange(at.day, item, 1, 31, [], 0);
};

const matchesDayOfWeek = (item: string, at: WallMinute): boolean => {
  const isDay = (name: string) =>
    WEEKDAYS[at.weekday] === name.toUpperCase() || String(at.weekday + 1) === name;
  if (item === 'L') return WEEKDAYS[at.weekday] === 'SAT';
  if (item.endsWith('L')) return isDay(item.slice(0, -1)) && at.lastDay - at.day < 7;
  if (item.includes('#')) {
    const [name = '', nth] = item.split('#');
    let count = 0;
    for (let day = at.day; day >= 1; day -= 7) count += 1;
    return isDay(name) && count === Number(nth);
  }
  return isInRange(at.weekday + 1, item, 1, 7, WEEKDAYS, 1);
};

/** `matches` of some item of a list, worked out once per value. */
const someItem = <Value>(text: string, matches: (item: string, value: Value) => boolean) => {
  const items = text.split(',');
  const known = new Map<number, boolean>();
  return (key: number, value: Value): boolean => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = items.some((item) => matches(item, value));
    known.set(key, result);
    return result;
  };
};

/** The first `most` instants after `from`, among `minutes`, at which EventBridge runs `cron(...)`. */
export const instantsAfter = (
  from: number,
  expression: string,
  minutes: readonly WallMinute[],
  most: number,
): number[] => {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = expression
    .slice('cron('.length, -1)
    .split(' ');
  const minuteRuns = someItem<number>(minute, (item, value) => isInRange(value, item, 0, 59, [], 0));
  const hourRuns = someItem<number>(hour, (item, value) => isInRange(value, item, 0, 23, [], 0));
  const monthRuns = someItem<number>(month, (item, value) => isInRange(value, item, 1, 12, MONTHS, 1));
  const yearRuns = someItem<number>(year, (item, value) => isInRange(value, item, 1970, 2199, [], 0));
  const dateRuns =
    dayOfMonth === '?' ? someItem(dayOfWeek, matchesDayOfWeek) : someItem(dayOfMonth, matchesDayOfMonth);
  const instants: number[] = [];
  for (const at of minutes) {
    if (instants.length === most) break;
    if (
      at.instant > from &&
      minuteRuns(at.minute, at.minute) &&
      hourRuns(at.hour, at.hour) &&
      monthRuns(at.month, at.month) &&
      yearRuns(at.year, at.year) &&
      dateRuns(at.month * 100 + at.day, at)
    ) {
      instants.push(at.instant);
    }
  }
  return instants;
};
