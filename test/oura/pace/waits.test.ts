import { LONGEST_WAIT_MS, SILENT_429_WAIT_MS } from '../../../shared/oura/pace/limits.ts';
import { allowedPerMinute, retryAfterMs, waitAfter } from '../../../shared/oura/pace/waits.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const IN_A_MINUTE = 'Tue, 10 Mar 2026 12:01:00 GMT';

test.each([
  ['integer seconds', { 'retry-after': '7' }, 7_000],
  ['0 seconds', { 'retry-after': '0' }, 0],
  ['an HTTP date', { 'retry-after': IN_A_MINUTE }, 60_000],
  ['an HTTP date that has passed', { 'retry-after': 'Tue, 10 Mar 2026 11:00:00 GMT' }, 0],
  [
    'Retry-After before X-RateLimit-Reset',
    { 'retry-after': '7', 'x-ratelimit-reset': `${NOW / 1000 + 90}` },
    7_000,
  ],
  ['X-RateLimit-Reset alone', { 'x-ratelimit-reset': `${NOW / 1000 + 90}` }, 90_000],
  [
    'X-RateLimit-Reset for an unreadable Retry-After',
    { 'retry-after': 'soon', 'x-ratelimit-reset': `${NOW / 1000 + 90}` },
    90_000,
  ],
  ['a day, without a bound', { 'retry-after': '86400' }, 86_400_000],
  ['nothing', {}, undefined],
  ['no readable value', { 'retry-after': '-3', 'x-ratelimit-reset': 'later' }, undefined],
])('reads from a 429: %s', (_, headers, expected) => {
  expect(retryAfterMs(headers, NOW)).toBe(expected);
});

test("measures an instant against the response's own Date, not against a clock that may be pinned", () => {
  const headers = { 'retry-after': IN_A_MINUTE, date: 'Tue, 10 Mar 2026 12:00:40 GMT' };
  expect(retryAfterMs(headers, Date.parse('2031-01-01T00:00:00Z'))).toBe(20_000);
});

test.each([
  ['a 429 that names a wait', 429, { 'retry-after': '7' }, 7_000],
  ['a 429 that names none', 429, {}, SILENT_429_WAIT_MS],
  ['a 503 that names a wait', 503, { 'retry-after': '7' }, 7_000],
  ['a 503 that names none', 503, {}, 0],
  ['a wait of exactly an hour', 429, { 'retry-after': '3600' }, LONGEST_WAIT_MS],
  ['a wait of more than an hour', 429, { 'retry-after': '3601' }, LONGEST_WAIT_MS],
])('waits as long as %s allows', (_, status, headers, expected) => {
  expect(waitAfter(status, headers, NOW)).toBe(expected);
});

test('waits a minute after a 429 without a wait, and at most an hour', () => {
  expect([SILENT_429_WAIT_MS, LONGEST_WAIT_MS]).toEqual([60_000, 3_600_000]);
});

test.each([
  ['5000', '300', 1000],
  ['7', '2', 210],
  ['1', '300', 1],
  ['0', '60', undefined],
  ['10', '0', undefined],
  ['many', '60', undefined],
])('a limit of %s per %s s allows %p requests per minute', (limit, seconds, expected) => {
  const headers = { 'x-ratelimit-limit': limit, 'x-ratelimit-window': seconds };
  expect(allowedPerMinute(headers)).toBe(expected);
});
