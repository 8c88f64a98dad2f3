import { jest } from '@jest/globals';
import type { ScheduleProperties } from '../../../services/local/emulators/scheduler.ts';
import { startScheduler } from '../../../services/local/emulators/scheduler.ts';

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
  ['a cron expression', 'cron(0/15 8-18 ? * MON-FRI *)', '2026-01-09T16:00:00.000Z'],
  ['a rate, counted from the start', 'rate(5 minutes)', '2026-01-09T12:05:10.000Z'],
  ['a single time', 'at(2026-01-10T12:00:00)', '2026-01-10T20:00:00.000Z'],
])('fires at %s', (_, ScheduleExpression, expected) => {
  expect(nextAfter('2026-01-09T12:00:10Z', { ScheduleExpression })).toBe(expected);
});

test('never fires a disabled schedule', () => {
  expect(nextAfter('2026-01-10T12:00:00Z', { State: 'DISABLED' })).toBeUndefined();
});

test('names an expression that EventBridge rejects', () => {
  const ScheduleExpression = 'cron(0 12 * * * *)';
  expect(() => nextAfter('2026-01-10T12:00:00Z', { ScheduleExpression })).toThrow(
    /cron\(0 12 \* \* \* \*\): exactly one of the fields .*DailySync/,
  );
});

test('a clock that was ahead does not postpone the next time, while the process runs', () => {
  jest.useFakeTimers();
  try {
    let now = Date.parse('2026-02-10T19:00:00Z');
    const fired: string[] = [];
    const scheduler = startScheduler(
      schedule({}),
      { now: () => now },
      (_, due) => void fired.push(new Date(due).toISOString()),
    );
    expect(scheduler.nextRun()?.toISOString()).toBe('2026-02-10T20:00:00.000Z');
    // A second is a correction. The time must not fire twice for it.
    now = Date.parse('2026-02-10T20:00:00.200Z');
    jest.advanceTimersByTime(30_000);
    now -= 1000;
    jest.advanceTimersByTime(30_000);
    expect(fired).toEqual(['2026-02-10T20:00:00.000Z']);
    expect(scheduler.nextRun()?.toISOString()).toBe('2026-02-11T20:00:00.000Z');
    now = Date.parse('2026-01-10T19:59:00Z');
    jest.advanceTimersByTime(30_000);
    expect(scheduler.nextRun()?.toISOString()).toBe('2026-01-10T20:00:00.000Z');
    now = Date.parse('2026-01-10T20:00:01Z');
    jest.advanceTimersByTime(60_000);
    expect(fired.at(-1)).toBe('2026-01-10T20:00:00.000Z');
    scheduler.end();
  } finally {
    jest.useRealTimers();
  }
});

test('fires once at its time, and then waits for the next time', async () => {
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
