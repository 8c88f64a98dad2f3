import { isCronExpression } from '../../cdk/schedule-expression.ts';

test.each([
  'cron(0 12 * * ? *)',
  'cron(0/15 6-9 ? * MON-FRI *)',
  'cron(5,35 */2 1,15 * ? 2026-2030)',
  'cron(0 8 L * ? *)',
  'cron(0 8 15W * ? *)',
  'cron(0 8 ? JAN,jul 2#1 *)',
  'cron(0 8 ? * 6L *)',
])('takes %s', (text) => {
  expect(isCronExpression(text)).toBe(true);
});

test.each([
  ['five fields', 'cron(0 12 * * ?)'],
  ['seven fields', 'cron(0 0 12 * * ? *)'],
  ['no cron( )', '0 12 * * ? *'],
  ['a rate', 'rate(1 day)'],
  ['both days given', 'cron(0 12 * * * *)'],
  ['both days open', 'cron(0 12 ? * ? *)'],
  ['minute 60', 'cron(60 12 * * ? *)'],
  ['hour 24', 'cron(0 24 * * ? *)'],
  ['day 0', 'cron(0 12 0 * ? *)'],
  ['month 13', 'cron(0 12 * 13 ? *)'],
  ['weekday 8', 'cron(0 12 ? * 8 *)'],
  ['weekday 0, which is Sunday elsewhere', 'cron(0 12 ? * 0 *)'],
  ['year 1969', 'cron(0 12 * * ? 1969)'],
  ['an unknown name', 'cron(0 12 ? * MONDAY *)'],
  ['a step of nothing', 'cron(0/0 12 * * ? *)'],
  ['L in the hours', 'cron(0 L * * ? *)'],
  ['W in the weekdays', 'cron(0 12 ? * 2W *)'],
  ['a range of three', 'cron(0 1-2-3 * * ? *)'],
  ['an empty item', 'cron(0, 12 * * ? *)'],
  ['? among others', 'cron(0 12 ?,1 * ? *)'],
])('refuses %s', (_what, text) => {
  expect(isCronExpression(text)).toBe(false);
});
