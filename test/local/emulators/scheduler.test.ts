import type { ScheduleProperties } from '../../../services/local/emulators/scheduler.ts';
import { nextCronTime, startScheduler } from '../../../services/local/emulators/scheduler.ts';

const schedule = (properties: Partial<ScheduleProperties>) => ({
  logicalId: 'DailySync',
  metadata: {},
  properties: {
    ScheduleExpression: 'cron(0 12 * * ? *)',
    ScheduleExpressionTimezone: 'America/Los_Angeles',
    State: 'ENABLED' as const,
    Target: {
      Arn: 'arn',
      Input: '{}',
    },
    ...properties,
  },
});
const nextAfter = (now: string, properties: Partial<ScheduleProperties>): string | undefined => {
  const scheduler = startScheduler(schedule(properties), { now: () => Date.parse(now) }, () => undefined);
  scheduler.end();
  return scheduler.nextRun()?.toISOString();
};

test.each([
  ['noon in winter', '2026-01-10T12:00:00Z', 'cron(0 12 * * ? *)', '2026-01-10T20:00:00.000Z'],
  ['noon in summer', '2026-07-10T12:00:00Z', 'cron(0 12 * * ? *)', '2026-07-10T19:00:00.000Z'],
  [
    'the day after, where it is past noon',
    '2026-01-10T20:00:00Z',
    'cron(0 12 * * ? *)',
    '2026-01-11T20:00:00.000Z',
  ],
  [
    'Monday, which EventBridge counts as 2',
    '2026-01-10T12:00:00Z',
    'cron(30 6 ? * 2 *)',
    '2026-01-12T14:30:00.000Z',
  ],
  ['the last day of the month', '2026-02-10T12:00:00Z', 'cron(0 12 L * ? *)', '2026-02-28T20:00:00.000Z'],
  ['a year', '2026-02-10T12:00:00Z', 'cron(0 12 1 1 ? 2030)', '2030-01-01T20:00:00.000Z'],
  ['a rate, from the start on', '2026-02-10T12:00:10Z', 'rate(5 minutes)', '2026-02-10T12:05:10.000Z'],
  ['a rate of one', '2026-02-10T12:00:00Z', 'rate(1 day)', '2026-02-11T12:00:00.000Z'],
])('finds %s', (_, now, ScheduleExpression, expected) => {
  expect(nextAfter(now, { ScheduleExpression })).toBe(expected);
});

test('never fires a schedule that is disabled', () => {
  expect(nextAfter('2026-01-10T12:00:00Z', { State: 'DISABLED' })).toBeUndefined();
});

test('refuses an expression that is neither cron nor rate, by name', () => {
  const ScheduleExpression = 'at(2026-01-10T12:00:00)';
  expect(() => nextAfter('2026-01-10T12:00:00Z', { ScheduleExpression })).toThrow(
    /at\(2026-01-10T12:00:00\).*DailySync/,
  );
});

test('fires once at its time, and waits for the next one then', async () => {
  let now = Date.parse('2026-01-10T19:59:59.900Z');
  const began = performance.now();
  const clock = { now: () => now + (performance.now() - began) };
  const fired: number[] = [];
  const scheduler = startScheduler(schedule({}), clock, (_, due) => void fired.push(due));
  await new Promise((resolve) => setTimeout(resolve, 250));
  now += 1000;
  scheduler.end();
  expect(fired).toEqual([Date.parse('2026-01-10T20:00:00Z')]);
  expect(scheduler.nextRun()?.toISOString()).toBe('2026-01-11T20:00:00.000Z');
});

test('the next time of a cron expression is known without a scheduler, that of a rate is not', () => {
  const after = Date.parse('2026-03-07T21:00:00Z');
  // The clocks in Los Angeles go forward on the 8th: noon is an hour earlier in UTC.
  expect(nextCronTime('cron(0 12 * * ? *)', 'America/Los_Angeles', after)).toEqual(
    new Date('2026-03-08T19:00:00Z'),
  );
  expect(nextCronTime('rate(1 day)', 'America/Los_Angeles', after)).toBeUndefined();
});
