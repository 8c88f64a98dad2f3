import { MalformedMessage, parseWorkMessage } from '../../../shared/aws/queue/parse-work-message.ts';

const MESSAGE = { version: 1, run_id: 'run', date: '2026-03-10', reason: 'missing' };
const SECRET = 'value-that-must-not-be-repeated';

const failureOf = (body: string): Error => {
  try {
    parseWorkMessage(body);
  } catch (error: unknown) {
    if (error instanceof Error) return error;
  }
  throw new Error('It was parsed');
};

test.each(['missing', 'recheck', 'backfill', 'webhook'])('reads a message whose reason is %s', (reason) => {
  expect(parseWorkMessage(JSON.stringify({ ...MESSAGE, reason }))).toEqual({ ...MESSAGE, reason });
});

test.each<[string, unknown, RegExp]>([
  ['text', SECRET, /its form/],
  ['null', null, /its form/],
  ['a list', [SECRET], /its form/],
  ['an unknown version', { ...MESSAGE, version: 2 }, /field version/],
  ['a version as text', { ...MESSAGE, version: '1' }, /field version/],
  ['an unknown field', { ...MESSAGE, [SECRET]: SECRET }, /its form/],
  ['no run', { ...MESSAGE, run_id: undefined }, /field run_id/],
  ['an empty run', { ...MESSAGE, run_id: '' }, /field run_id/],
  ['a run that is a number', { ...MESSAGE, run_id: 7 }, /field run_id/],
  ['an invalid date', { ...MESSAGE, date: SECRET }, /field date/],
  ['a date that does not exist', { ...MESSAGE, date: '2026-02-30' }, /field date/],
  ['a time in place of a date', { ...MESSAGE, date: '2026-03-10T00:00:00Z' }, /field date/],
  ['no date', { ...MESSAGE, date: null }, /field date/],
  ['an unknown reason', { ...MESSAGE, reason: SECRET }, /field reason/],
  ['no reason', { ...MESSAGE, reason: undefined }, /field reason/],
])('rejects a message with %s: the error names the field, not its value', (_what, content, pattern) => {
  const error = failureOf(JSON.stringify(content));
  expect(error).toBeInstanceOf(MalformedMessage);
  expect(error).toMatchObject({ name: 'MalformedMessage', consequences: { retryable: false } });
  expect(error.message).toMatch(pattern);
  expect(error.message).not.toContain(SECRET);
  expect(error.cause).toBeUndefined();
});

test.each(['', SECRET, `{"run_id":"${SECRET}"`, 'undefined'])(
  'a body that is not JSON is malformed: %j',
  (body) => {
    const error = failureOf(body);
    expect(error).toBeInstanceOf(MalformedMessage);
    expect(error.message).toBe('The message is not JSON');
    expect(error.cause).toBeUndefined();
  },
);
