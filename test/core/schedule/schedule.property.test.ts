import fc from 'fast-check';
import { readSettings, SettingsInvalid } from '../../../cdk/settings.ts';
import { startScheduler } from '../../../services/local/emulators/scheduler.ts';
import { nextRun } from '../../../shared/core/schedule/next-run.ts';
import { parseSchedule } from '../../../shared/core/schedule/parse-schedule.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { instantsAfter, minutesOf } from './eventbridge-rules.ts';

/** Weeks with a change of the clocks, the end of a month, or a day that a zone skipped. */
const WINDOWS = [
  ['America/Los_Angeles', '2026-02-27T00:00:00Z', '2026-03-09T00:00:00Z'],
  ['America/Los_Angeles', '2026-10-30T00:00:00Z', '2026-11-05T00:00:00Z'],
  ['Europe/Berlin', '2027-03-27T00:00:00Z', '2027-04-03T00:00:00Z'],
  ['Europe/Berlin', '2028-10-28T00:00:00Z', '2028-11-04T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-03-30T00:00:00Z', '2026-04-06T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-09-29T00:00:00Z', '2026-10-05T00:00:00Z'],
  ['Pacific/Apia', '2011-12-27T00:00:00Z', '2012-01-03T00:00:00Z'],
  ['America/Havana', '2026-10-30T00:00:00Z', '2026-11-04T00:00:00Z'],
  ['Africa/Cairo', '2026-04-22T00:00:00Z', '2026-05-02T00:00:00Z'],
  ['Asia/Kathmandu', '2028-02-27T00:00:00Z', '2028-03-05T00:00:00Z'],
  ['UTC', '2026-12-28T00:00:00Z', '2027-01-04T00:00:00Z'],
].map(([timeZone = '', start = '', end = '']) => ({
  timeZone,
  start: Date.parse(start),
  end: Date.parse(end),
  minutes: minutesOf(timeZone, start, end),
}));

/** A value, a range (forwards, or wrapping around) or a step. */
const item = (values: readonly string[], wraps = true): fc.Arbitrary<string> => {
  const one = fc.constantFrom(...values);
  const step = fc.integer({ min: 1, max: Math.min(values.length - 1, 59) });
  const indexes = fc.tuple(fc.nat(values.length - 1), fc.nat(values.length - 1));
  const forwards = indexes
    .map((pair) => [...pair].sort((a, b) => a - b))
    .map(([a = 0, b = 0]) => `${values[a]}-${values[b]}`);
  const anyWay = indexes.map(([a, b]) => `${values[a]}-${values[b]}`);
  return fc.oneof(
    { weight: 4, arbitrary: one },
    { weight: 2, arbitrary: wraps ? anyWay : forwards },
    { weight: 1, arbitrary: fc.tuple(forwards, step).map(([range, by]) => `${range}/${by}`) },
    { weight: 2, arbitrary: fc.tuple(one, step).map(([first, by]) => `${first}/${by}`) },
    { weight: 1, arbitrary: step.map((by) => `*/${by}`) },
    { weight: 2, arbitrary: fc.constant('*') },
  );
};
const list = (of: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 3, arbitrary: of },
    { weight: 1, arbitrary: fc.array(of, { minLength: 2, maxLength: 3 }).map((items) => items.join(',')) },
  );
const numbers = (min: number, max: number) =>
  Array.from({ length: max - min + 1 }, (_, index) => `${min + index}`);

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT nov Dec'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED thu FRI Sat'.split(' ');
const weekday = fc.constantFrom(...WEEKDAYS, ...numbers(1, 7));
const dayOfMonth = list(
  fc.oneof(
    { weight: 4, arbitrary: item(numbers(1, 31)) },
    { weight: 1, arbitrary: fc.constantFrom('L', 'LW', ...numbers(0, 30).map((before) => `L-${before}`)) },
    { weight: 2, arbitrary: fc.constantFrom(...numbers(1, 31).map((day) => `${day}W`)) },
  ),
);
const dayOfWeek = fc.oneof(
  { weight: 3, arbitrary: list(fc.oneof(item(WEEKDAYS), item(numbers(1, 7)))) },
  {
    weight: 2,
    arbitrary: fc.tuple(weekday, fc.integer({ min: 1, max: 5 })).map(([day, nth]) => `${day}#${nth}`),
  },
  {
    weight: 1,
    arbitrary: list(
      fc.oneof(
        weekday.map((day) => `${day}L`),
        fc.constant('L'),
      ),
    ),
  },
);
const cron = fc
  .tuple(
    list(item(numbers(0, 59))),
    list(item(numbers(0, 23))),
    fc.oneof(
      dayOfMonth.map((days) => [days, '?'] as const),
      dayOfWeek.map((days) => ['?', days] as const),
    ),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('*') },
      { weight: 1, arbitrary: list(item(numbers(1, 12))) },
      { weight: 1, arbitrary: list(item(MONTHS)) },
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant('*') },
      { weight: 1, arbitrary: list(item(numbers(2010, 2030), false)) },
    ),
  )
  .map(
    ([minutes, hours, [day, week], month, year]) =>
      `cron(${minutes} ${hours} ${day} ${month} ${week} ${year})`,
  );

/** How many runs are compared after each instant: past this, a rule that holds keeps holding. */
const COMPARED = 8;

test('the scheduler runs each schedule that the settings take when EventBridge would', () => {
  let taken = 0;
  let compared = 0;
  const { numRuns, seed } = propertyRuns();
  fc.assert(
    fc.property(
      cron,
      fc.constantFrom(...WINDOWS),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (schedule, window, share) => {
        const { timeZone, start, end, minutes } = window;
        const from = start + Math.floor(((end - start) * share) / 60_000) * 60_000;
        try {
          readSettings({ schedule, timeZone }, { now: () => from });
        } catch (error: unknown) {
          expect(error).toBeInstanceOf(SettingsInvalid);
          // The only reasons: a schedule without a run ahead, or a step in a range that wraps around.
          expect((error as Error).message).toMatch(/never runs|wraps around/);
          return;
        }
        taken += 1;
        const expected = instantsAfter(from, schedule, minutes, COMPARED);
        const parsed = parseSchedule(schedule);
        const found: number[] = [];
        for (let after = from; found.length < COMPARED; ) {
          const next = nextRun(parsed, timeZone, after);
          if (next === undefined || next >= end) break;
          found.push(next);
          after = next;
        }
        expect(found).toEqual(expected);
        compared += found.length;
        expect(schedulerNext(schedule, timeZone, from)).toBe(
          nextRun(parseSchedule(schedule), timeZone, from),
        );
      },
    ),
    { numRuns, seed },
  );
  expect(taken).toBeGreaterThan(numRuns / 2);
  expect(compared).toBeGreaterThan(numRuns);
});

const schedulerNext = (ScheduleExpression: string, ScheduleExpressionTimezone: string, now: number) => {
  const Target = {
    Arn: '',
    Input: '{}',
    RoleArn: undefined,
    RetryPolicy: undefined,
    DeadLetterConfig: undefined,
  };
  const properties = { ScheduleExpression, ScheduleExpressionTimezone, State: 'ENABLED' as const, Target };
  const scheduler = startScheduler(
    { logicalId: 'DailySync', metadata: {}, properties },
    { now: () => now },
    () => undefined,
  );
  scheduler.end();
  return scheduler.nextRun()?.getTime();
};

test('a rate runs at whole multiples of its time after the start, whatever the clocks show', () => {
  const units = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };
  const unit = fc.constantFrom<keyof typeof units>('minutes', 'hours', 'days');
  fc.assert(
    fc.property(
      unit,
      fc.integer({ min: 1, max: 100 }),
      fc.constantFrom(...WINDOWS),
      fc.nat(10 * 86_400_000),
      (of, every, { timeZone, start }, passed) => {
        const next = nextRun(parseSchedule(`rate(${every} ${of})`), timeZone, start + passed, start) ?? 0;
        expect((next - start) % (every * units[of])).toBe(0);
        expect(next - (start + passed)).toBeGreaterThan(0);
        expect(next - (start + passed)).toBeLessThanOrEqual(every * units[of]);
      },
    ),
    propertyRuns(),
  );
});
