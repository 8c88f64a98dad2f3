import { readFileSync } from 'node:fs';
import { failureOf } from '../../../shared/oura/api/interpret-response.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const errors = JSON.parse(readFileSync('test/fixtures/oura/samples/errors.json', 'utf8'));

test('reports the rejected field of a 422, and not its value', () => {
  const failure = failureOf('sleep', 422, {}, errors.validation_422, NOW);
  expect(failure).toMatchObject({
    name: 'OuraRejected',
    status: 422,
    detail: 'datetime_from_date_parsing at query.start_date',
  });
  expect(failure?.message).not.toContain('2026-02-30');
});

test.each(['problem_json_400', 'missing_authorization_header_sandbox_400'])(
  'repeats no free text of a 400: %s',
  (name) => {
    const failure = failureOf('sleep', 400, {}, errors[name], NOW);
    expect(failure?.message).toBe('Oura rejected the request to sleep (400)');
  },
);

test('a 401 says what to do', () => {
  expect(failureOf('sleep', 401, {}, {}, NOW)?.message).toMatch(/reconnect.*scope daily/);
});

test('a 403 names the membership or the scope as the cause', () => {
  expect(failureOf('daily_spo2', 403, {}, {}, NOW)?.message).toMatch(/membership.*scope spo2/);
});

test('accepts only status 200', () => {
  expect(failureOf('sleep', 200, {}, {}, NOW)).toBeUndefined();
});
