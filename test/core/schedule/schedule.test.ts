import { parseCronFields } from '../../../shared/core/schedule/cron-fields.ts';
import { InvalidSchedule } from '../../../shared/core/schedule/errors.ts';
import { nextRun, nextRunOf } from '../../../shared/core/schedule/next-run.ts';
import { parseSchedule } from '../../../shared/core/schedule/parse-schedule.ts';

/**
 * The instants of the next `count` runs on the clocks of `timeZone`. `*` as the year is seven years here: a search for a
 * run that is never found would read 230 years, which takes long in a test that fails.
 */
const runs = (expression: string, timeZone: string, after: string, count: number): string[] => {
  const found: string[] = [];
  const year = Number(after.slice(0, 4));
  const schedule = parseSchedule(expression.replace(/ \*\)$/, ` ${year}-${year + 6})`));
  for (let at = Date.parse(after); found.length < count; ) {
    const next = nextRun(schedule, timeZone, at);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    at = next;
  }
  return found;
};

// 2026-01-01 is a Thursday.
const FROM = '2026-01-01T00:00:00Z';

test.each([
  ['every day', 'cron(0 12 * * ? *)', ['2026-01-01T12:00', '2026-01-02T12:00']],
  [
    'each quarter of an hour at work',
    'cron(0/15 8-18 ? * MON-FRI *)',
    ['2026-01-01T08:00', '2026-01-01T08:15'],
  ],
  [
    'a start with a step',
    'cron(10/25 9 1 1 ? *)',
    ['2026-01-01T09:10', '2026-01-01T09:35', '2027-01-01T09:10'],
  ],
  [
    'a step over everything',
    'cron(0 */7 1 1 ? 2026)',
    ['2026-01-01T07:00', '2026-01-01T14:00', '2026-01-01T21:00'],
  ],
  [
    'a range with a step',
    'cron(0 11-17/3 2 1 ? *)',
    ['2026-01-02T11:00', '2026-01-02T14:00', '2026-01-02T17:00'],
  ],
  ['a list', 'cron(5,35 6,9 3 1 ? *)', ['2026-01-03T06:05', '2026-01-03T06:35', '2026-01-03T09:05']],
  ['1 as Sunday', 'cron(0 8 ? * 1 *)', ['2026-01-04T08:00', '2026-01-11T08:00']],
  ['2 as Monday', 'cron(30 6 ? * 2 *)', ['2026-01-05T06:30', '2026-01-12T06:30']],
  ['6L in a month that ends on a Friday', 'cron(0 8 ? 7 6L 2026)', ['2026-07-31T08:00']],
  // 30 June 2028 is a Friday, so a 31st would be a Saturday.
  ['31W not in a month of 30 days', 'cron(0 8 31W 6-7 ? 2028)', ['2028-07-31T08:00']],
  ['L as the last day of the week, Saturday', 'cron(0 8 ? * L *)', ['2026-01-03T08:00', '2026-01-10T08:00']],
  [
    '6L as the last Friday',
    'cron(15 10 ? * 6L 2026)',
    ['2026-01-30T10:15', '2026-02-27T10:15', '2026-03-27T10:15'],
  ],
  ['MONL as the last Monday', 'cron(0 8 ? * MONL *)', ['2026-01-26T08:00', '2026-02-23T08:00']],
  [
    'weekdays over the end of the week',
    'cron(0 8 ? * SAT-MON *)',
    ['2026-01-03T08:00', '2026-01-04T08:00', '2026-01-05T08:00', '2026-01-10T08:00'],
  ],
  [
    'a step in the weekdays',
    'cron(0 8 ? * 2/2 *)',
    ['2026-01-02T08:00', '2026-01-05T08:00', '2026-01-07T08:00'],
  ],
  ['the second Tuesday', 'cron(0 8 ? * 3#2 *)', ['2026-01-13T08:00', '2026-02-10T08:00']],
  ['the fifth Monday, where there is one', 'cron(0 8 ? * MON#5 *)', ['2026-03-30T08:00', '2026-06-29T08:00']],
  [
    'hours over midnight',
    'cron(0 22-2 1 1 ? 2027)',
    ['2027-01-01T00:00', '2027-01-01T01:00', '2027-01-01T02:00', '2027-01-01T22:00', '2027-01-01T23:00'],
  ],
  [
    'months over the end of the year',
    'cron(0 8 1 NOV-FEB ? *)',
    ['2026-01-01T08:00', '2026-02-01T08:00', '2026-11-01T08:00', '2026-12-01T08:00'],
  ],
  [
    'days over the end of the month',
    'cron(0 8 30-2 * ? *)',
    ['2026-01-01T08:00', '2026-01-02T08:00', '2026-01-30T08:00', '2026-01-31T08:00', '2026-02-01T08:00'],
  ],
  [
    '1/7 as the 1st, 8th, 15th, 22nd and 29th',
    'cron(0 8 1/7 * ? *)',
    [
      '2026-01-01T08:00',
      '2026-01-08T08:00',
      '2026-01-15T08:00',
      '2026-01-22T08:00',
      '2026-01-29T08:00',
      '2026-02-01T08:00',
    ],
  ],
  ['L as the last day of the month', 'cron(0 8 L * ? *)', ['2026-01-31T08:00', '2026-02-28T08:00']],
  ['L-2 as two days before it', 'cron(0 8 L-2 * ? *)', ['2026-01-29T08:00', '2026-02-26T08:00']],
  [
    'LW as the last weekday',
    'cron(0 8 LW * ? *)',
    ['2026-01-30T08:00', '2026-02-27T08:00', '2026-03-31T08:00'],
  ],
  [
    '15W as the weekday closest to the 15th',
    'cron(0 8 15W * ? *)',
    ['2026-01-15T08:00', '2026-02-16T08:00', '2026-03-16T08:00'],
  ],
  ['1W not in the month before', 'cron(0 8 1W 8 ? *)', ['2026-08-03T08:00']],
  [
    '31W in no month without a 31st',
    'cron(0 8 31W * ? *)',
    ['2026-01-30T08:00', '2026-03-31T08:00', '2026-05-29T08:00'],
  ],
  ['L with other days', 'cron(0 8 L,15 * ? *)', ['2026-01-15T08:00', '2026-01-31T08:00', '2026-02-15T08:00']],
  [
    'a list in any order',
    'cron(35,5 9,6 3 1 ? *)',
    ['2026-01-03T06:05', '2026-01-03T06:35', '2026-01-03T09:05'],
  ],
  ['a range of one value', 'cron(5-5 6 3 1 ? 2027-2027)', ['2027-01-03T06:05']],
  ['the smallest step', 'cron(58/1 6 3 1 ? *)', ['2026-01-03T06:58', '2026-01-03T06:59']],
  ['the largest step', 'cron(0/59 6 3 1 ? *)', ['2026-01-03T06:00', '2026-01-03T06:59']],
  ['several spaces', 'cron( 0  6 3 1 ? 2026 )', ['2026-01-03T06:00']],
  ['names in any case', 'cron(0 8 ? jan,Jul sun#1 *)', ['2026-01-04T08:00', '2026-07-05T08:00']],
  ['years', 'cron(0 12 1 1 ? 2030,2033-2034)', ['2030-01-01T12:00', '2033-01-01T12:00', '2034-01-01T12:00']],
  ['29 February in leap years', 'cron(0 12 29 2 ? *)', ['2028-02-29T12:00', '2032-02-29T12:00']],
  ['30 February never', 'cron(0 12 30 2 ? *)', []],
  ['years that are past never', 'cron(0 12 * * ? 2025)', []],
  ['one time', 'at(2026-03-01T07:30:15)', ['2026-03-01T07:30']],
  ['one time that is past never', 'at(2025-03-01T07:30:15)', []],
])('runs %s: %s', (_rule, expression, expected) => {
  expect(runs(expression, 'UTC', FROM, Math.max(expected.length, 1))).toEqual(expected);
});

test('a month and a weekday have names, in the order of the calendar', () => {
  const names = (locale: Intl.DateTimeFormatOptions, dates: number[]) =>
    dates.map((date) => new Date(date).toLocaleString('en-US', { ...locale, timeZone: 'UTC' }).slice(0, 3));
  const months = names(
    { month: 'long' },
    Array.from({ length: 12 }, (_, month) => Date.UTC(2026, month)),
  );
  expect(months.map((name) => parseCronFields(`0 0 1 ${name} ? *`).months)).toEqual(
    Array.from({ length: 12 }, (_, month) => [month + 1]),
  );
  // 4 January 2026 is a Sunday.
  const weekdays = names(
    { weekday: 'long' },
    Array.from({ length: 7 }, (_, day) => Date.UTC(2026, 0, 4 + day)),
  );
  expect(weekdays.flatMap((name) => runs(`cron(0 0 ? 1 ${name}#2 2026)`, 'UTC', FROM, 1))).toEqual(
    ['11', '12', '13', '14', '8', '9', '10'].map((day) => `2026-01-${day.padStart(2, '0')}T00:00`),
  );
});

test('* as the year is every year that EventBridge takes', () => {
  const { years } = parseCronFields('0 0 1 1 ? *');
  expect([years[0], years.at(-1), years.length]).toEqual([1970, 2199, 230]);
});

test('a time that is now has passed', () => {
  const now = Date.parse(FROM);
  expect(nextRunOf('at(2026-01-01T00:00:00)', 'UTC', now)).toBeUndefined();
  expect(nextRunOf('at(2026-01-01T00:00:01)', 'UTC', now)).toEqual(new Date(now + 1000));
  expect(nextRunOf('cron(0 0 * * ? 2026)', 'UTC', now)).toEqual(new Date('2026-01-02T00:00:00Z'));
});

test('an unknown time zone is an error, not a schedule without a next run', () => {
  expect(() => nextRunOf('cron(0 12 * * ? 2026)', 'Mars/Olympus', Date.parse(FROM))).toThrow(RangeError);
});

test('runs on the clocks of its zone, in winter and in summer', () => {
  const noon = 'cron(0 12 * * ? *)';
  expect(runs(noon, 'America/Los_Angeles', '2026-01-10T12:00:00Z', 1)).toEqual(['2026-01-10T20:00']);
  expect(runs(noon, 'America/Los_Angeles', '2026-07-10T12:00:00Z', 1)).toEqual(['2026-07-10T19:00']);
});

test('does not run at a time that the change to summer time skips', () => {
  // On 8 March 2026 the clocks in Los Angeles go from 01:59 to 03:00.
  expect(runs('cron(30 2 * * ? *)', 'America/Los_Angeles', '2026-03-07T00:00:00Z', 2)).toEqual([
    '2026-03-07T10:30',
    '2026-03-09T09:30',
  ]);
  expect(runs('at(2026-03-08T02:30:00)', 'America/Los_Angeles', '2026-03-07T00:00:00Z', 1)).toEqual([]);
});

test('runs once, the first time, at a time that comes twice', () => {
  // On 1 November 2026 the clocks in Los Angeles go from 01:59 at 08:59 UTC back to 01:00.
  expect(runs('cron(0/30 0-2 1 11 ? 2026)', 'America/Los_Angeles', '2026-11-01T00:00:00Z', 9)).toEqual([
    '2026-11-01T07:00',
    '2026-11-01T07:30',
    '2026-11-01T08:00',
    '2026-11-01T08:30',
    '2026-11-01T10:00',
    '2026-11-01T10:30',
  ]);
});

test('does not run on a day that its zone skips', () => {
  // Samoa went from 29 to 31 December 2011.
  expect(runs('cron(0 12 * * ? *)', 'Pacific/Apia', '2011-12-29T00:00:00Z', 2)).toEqual([
    '2011-12-29T22:00',
    '2011-12-30T22:00',
  ]);
});

test('counts the elapsed time of a rate from its start', () => {
  const start = Date.parse('2026-03-07T20:00:10Z');
  const next = (rate: string, after: number) =>
    nextRun(parseSchedule(rate), 'America/Los_Angeles', after, start);
  expect(next('rate(5 minutes)', start)).toBe(start + 300_000);
  expect(next('rate(1 minute)', start + 60_000)).toBe(start + 120_000);
  expect(next('rate(10 minutes)', start)).toBe(start + 600_000);
  expect(next('rate(2 hours)', start + 7_199_999)).toBe(start + 7_200_000);
  // The next day has 23 hours.
  expect(next('rate(1 days)', start)).toBe(start + 86_400_000);
});

test('does not know the next run of a rate without its start, nor of an expression that it does not take', () => {
  const after = Date.parse(FROM);
  expect(nextRunOf('cron(0 12 * * ? 2026)', 'UTC', after)).toEqual(new Date('2026-01-01T12:00:00Z'));
  expect(nextRunOf('rate(1 day)', 'UTC', after)).toBeUndefined();
  expect(nextRunOf('cron(0 12 * * *)', 'UTC', after)).toBeUndefined();
});

test.each([
  ['no expression', '0 12 * * ? *', 'a schedule is cron(...), rate(...) or at(...)'],
  ['a property of every object', 'constructor(1)', 'a schedule is cron(...), rate(...) or at(...)'],
  ['five fields', 'cron(0 12 * * ?)', 'a cron expression has 6 fields, not 5'],
  ['seven fields', 'cron(0 0 12 * * ? *)', 'a cron expression has 6 fields, not 7'],
  ['both days', 'cron(0 12 * * * *)', 'exactly one of the fields day-of-month and day-of-week must be ?'],
  ['neither day', 'cron(0 12 ? * ? *)', 'exactly one of the fields day-of-month and day-of-week must be ?'],
  ['minute 60', 'cron(60 12 * * ? *)', '"60" in the minutes field is not a value from 0 to 59'],
  ['hour 24', 'cron(0 24 * * ? *)', '"24" in the hours field is not a value from 0 to 23'],
  ['day 0', 'cron(0 12 0 * ? *)', '"0" in the day-of-month field is not a value from 1 to 31'],
  ['month 13', 'cron(0 12 * 13 ? *)', '"13" in the month field is not a value from 1 to 12 or JAN to DEC'],
  [
    'weekday 8',
    'cron(0 12 ? * 8 *)',
    '"8" in the day-of-week field is not a value from 1 to 7 or SUN to SAT',
  ],
  ['weekday 0, which is Sunday elsewhere', 'cron(0 12 ? * 0 *)', '"0" in the day-of-week field is not'],
  ['year 1969', 'cron(0 12 * * ? 1969)', '"1969" in the year field is not a value from 1970 to 2199'],
  ['year 2200', 'cron(0 12 * * ? 2200)', '"2200" in the year field is not'],
  ['a full name', 'cron(0 12 ? * MONDAY *)', '"MONDAY" in the day-of-week field is not'],
  ['a month as a day', 'cron(0 12 JAN * ? *)', '"JAN" in the day-of-month field is not'],
  ['a step of 0', 'cron(0/0 12 * * ? *)', '"0/0" in the minutes field has a step that is not from 1 to 59'],
  [
    'a step of 60',
    'cron(*/60 12 * * ? *)',
    '"*/60" in the minutes field has a step that is not from 1 to 59',
  ],
  ['a step of nothing', 'cron(0/ 12 * * ? *)', '"0/" in the minutes field is not'],
  [
    'a step in a range that wraps around',
    'cron(0 22-2/2 * * ? *)',
    '"22-2/2" in the hours field has a step in a range that wraps around',
  ],
  [
    'years that go back',
    'cron(0 12 * * ? 2030-2026)',
    '"2030-2026" in the year field is a range that ends before it begins',
  ],
  ['a range of three', 'cron(0 1-2-3 * * ? *)', '"1-2-3" in the hours field is not a range of two values'],
  ['L in the hours', 'cron(0 L * * ? *)', '"L" in the hours field is not'],
  ['3L in the days of the month', 'cron(0 12 3L * ? *)', '"3L" in the day-of-month field is not'],
  ['a range that ends in L', 'cron(0 12 1-L * ? *)', '"1-L" in the day-of-month field is not'],
  ['L-31', 'cron(0 12 L-31 * ? *)', '"L-31" in the day-of-month field is before the first day of any month'],
  ['32W', 'cron(0 12 32W * ? *)', '"32W" in the day-of-month field is not'],
  ['W in the weekdays', 'cron(0 12 ? * 2W *)', '"2W" in the day-of-week field is not'],
  ['8L', 'cron(0 12 ? * 8L *)', '"8L" in the day-of-week field is not'],
  [
    'a sixth Monday',
    'cron(0 12 ? * MON#6 *)',
    '"MON#6" in the day-of-week field is not the first to fifth of a month',
  ],
  ['# in a list', 'cron(0 12 ? * 3#1,6#3 *)', '"3#1" in the day-of-week field cannot be part of a list'],
  ['an empty item', 'cron(0, 12 * * ? *)', '"" in the minutes field is not'],
  ['? among others', 'cron(0 12 ?,1 * ? *)', '"?" in the day-of-month field is not'],
  ['a value with a sign', 'cron(+5 12 * * ? *)', '"+5" in the minutes field is not'],
  ['a value with decimals', 'cron(5.0 12 * * ? *)', '"5.0" in the minutes field is not'],
  ['two steps', 'cron(1/2/3 12 * * ? *)', 'in the minutes field is not'],
  ['text before L-2', 'cron(0 12 3L-2 * ? *)', '"3L-2" in the day-of-month field is not'],
  ['text after L-2', 'cron(0 12 L-2x * ? *)', '"L-2x" in the day-of-month field is not'],
  ['two numbers of a weekday', 'cron(0 12 ? * MON#2#1 *)', 'is not the first to fifth of a month'],
  ['a fifteenth Monday', 'cron(0 12 ? * MON#15 *)', 'is not the first to fifth of a month'],
  ['a fifty-first Monday', 'cron(0 12 ? * MON#51 *)', 'is not the first to fifth of a month'],
  ['a # without a weekday', 'cron(0 12 ? * #2 *)', '"#2" in the day-of-week field is not'],
  ['text before a schedule', 'a cron(0 12 * * ? *)', 'a schedule is cron(...), rate(...) or at(...)'],
  ['text after a schedule', 'cron(0 12 * * ? *) daily', 'a schedule is cron(...), rate(...) or at(...)'],
  ['text before a rate', 'rate(every 5 minutes)', 'a rate is a positive number'],
  ['text after a rate', 'rate(5 minutes daily)', 'a rate is a positive number'],
  ['a rate of 0', 'rate(0 minutes)', 'a rate is a positive number and minutes, hours or days'],
  ['a rate in weeks', 'rate(1 week)', 'a rate is a positive number and minutes, hours or days'],
  ['a date that does not exist', 'at(2026-02-29T12:00:00)', 'at takes a date and time such as'],
  ['a time with a zone', 'at(2026-02-28T12:00:00Z)', 'at takes a date and time such as'],
])('refuses %s: %s', (_what, expression, reason) => {
  expect(() => parseSchedule(expression)).toThrow(reason);
});

test('names the error, and offers the names of only those fields that have some', () => {
  const failureOf = (expression: string): unknown => {
    try {
      return parseSchedule(expression);
    } catch (error: unknown) {
      return error;
    }
  };
  const failure = failureOf('cron(60 12 * * ? *)');
  expect(failure).toBeInstanceOf(InvalidSchedule);
  expect(failure).toMatchObject({
    name: 'InvalidSchedule',
    message: '"60" in the minutes field is not a value from 0 to 59',
    consequences: { retryable: false, action: 'correct-input' },
  });
  expect(failureOf('cron(0 12 ? * 8 *)')).toHaveProperty(
    'message',
    '"8" in the day-of-week field is not a value from 1 to 7 or SUN to SAT',
  );
});

test('keeps the kind of a schedule', () => {
  const kinds = ['cron(0 12 * * ? *)', 'rate(1 day)', 'at(2026-01-01T00:00:00)'].map(
    (expression) => parseSchedule(expression).kind,
  );
  expect(kinds).toEqual(['cron', 'rate', 'at']);
});
