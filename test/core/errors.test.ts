import { asError, consequencesOf, describeError, isLockedOut, waitMsOf } from '../../shared/core/errors.ts';
import { OuraRateLimited, ReconnectNeeded } from '../../shared/oura/errors.ts';

const unexpected = new TypeError('bug');

test('an error of ours carries its consequences', () => {
  const limited = new OuraRateLimited({ collection: 'sleep', waitMs: 7_000 });
  expect(consequencesOf(limited)).toMatchObject({ retryable: true, endsBatch: true, action: null });
  expect(waitMsOf(limited)).toBe(7_000);
  expect(describeError(new ReconnectNeeded('it was revoked'))).toMatchObject({
    name: 'ReconnectNeeded',
    message: expect.stringContaining('it was revoked'),
    retryable: false,
  });
});

test('retries an unexpected error at once, so that no date is lost because of a bug', () => {
  expect(consequencesOf(unexpected)).toEqual({ retryable: true, endsBatch: false, action: null });
  expect(waitMsOf(unexpected)).toBe(0);
  expect(describeError(unexpected)).toMatchObject({ name: 'TypeError', retryable: true });
});

test('describes an unexpected error by its place, because its message may repeat a value', () => {
  const { message } = describeError(new Error('Number 1e+300 is greater than ...'));
  expect(message).toMatch(/^unexpected error, at errors\.test\.ts:\d+:\d+$/);
});

test.each([
  ['reconnect', true],
  ['restore-access', true],
  ['correct-input', false],
  [null, false],
] as const)(
  'an error that asks a person to %s means that Oura lets us in no more: %p',
  (action, expected) => {
    expect(isLockedOut({ retryable: false, endsBatch: false, action })).toBe(expected);
  },
);

test('turns any thrown value into an Error, and leaves an Error unchanged', () => {
  expect(asError(unexpected)).toBe(unexpected);
  expect(asError('text')).toEqual(new Error('text'));
});

test('describes an error of AWS or of the system by its own message', () => {
  const denied = Object.assign(new Error('not authorized to perform: sqs:SendMessage'), { $metadata: {} });
  const refused = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
  expect(describeError(denied).message).toBe('not authorized to perform: sqs:SendMessage');
  expect(describeError(refused).message).toBe('connect ECONNREFUSED');
});

test('describes a value that is not an Error without its content', () => {
  expect(describeError({ hrv: 48 })).toEqual({
    name: 'UnknownError',
    message: 'not an Error',
    retryable: true,
  });
});
