import { readFileSync } from 'node:fs';
import { failureOf, retryAfterMs } from '../../../shared/oura/api/interpret-response.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const IN_A_MINUTE = 'Tue, 10 Mar 2026 12:01:00 GMT';
const errors = JSON.parse(readFileSync('test/fixtures/oura/samples/errors.json', 'utf8'));

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
  ['nothing readable', { 'retry-after': '-3', 'x-ratelimit-reset': 'later' }, undefined],
])('reads from a 429: %s', (_, headers, expected) => {
  expect(retryAfterMs(headers, NOW)).toBe(expected);
});

test("measures an instant against the answer's own Date, not against a clock that may be pinned", () => {
  const headers = { 'retry-after': IN_A_MINUTE, date: 'Tue, 10 Mar 2026 12:00:40 GMT' };
  expect(retryAfterMs(headers, Date.parse('2031-01-01T00:00:00Z'))).toBe(20_000);
});

test('says of a 422 which field Oura minds, and not what was sent', () => {
  const failure = failureOf('sleep', 422, {}, errors.validation_422, NOW);
  expect(failure).toMatchObject({
    name: 'OuraRejected',
    status: 422,
    detail: 'datetime_from_date_parsing at query.start_date',
  });
  expect(failure?.message).not.toContain('2026-02-30');
});

test.each(['problem_json_400', 'missing_authorization_header_sandbox_400'])(
  'tells no free text of a 400: %s',
  (name) => {
    const failure = failureOf('sleep', 400, {}, errors[name], NOW);
    expect(failure?.message).toBe('Oura rejected the request to sleep (400)');
  },
);

test('says with a 401 what to do', () => {
  expect(failureOf('sleep', 401, {}, {}, NOW)?.message).toMatch(/reconnect.*scope daily/);
});

test('says with a 403 that membership or scope are the cause', () => {
  expect(failureOf('daily_spo2', 403, {}, {}, NOW)?.message).toMatch(/membership.*scope spo2/);
});

test('takes 200 alone for an answer', () => {
  expect(failureOf('sleep', 200, {}, {}, NOW)).toBeUndefined();
});
