import {
  asError,
  consequencesOf,
  describeError,
  INCORRECT,
  isLockedOut,
  PERMANENT,
  waitMsOf,
} from '../../shared/core/errors.ts';
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

test('neither a permanent error nor a mistake is retried or ends a batch, and only a mistake needs the user', () => {
  expect(PERMANENT).toEqual({ retryable: false, endsBatch: false, action: null });
  expect(INCORRECT).toEqual({ retryable: false, endsBatch: false, action: 'correct-input' });
});

test('does not show the message of an error with only a code, such as that of a parser', () => {
  const parsing = Object.assign(new Error('bad value 48'), { code: 'ERR_PARSE' });
  expect(describeError(parsing).message).not.toContain('48');
  const calling = Object.assign(new Error('bad value 48'), { syscall: 'read' });
  expect(describeError(calling).message).not.toContain('48');
});

test.each([
  [
    'Error: at home\n    at marshall (/srv/lib/index.js:210:7)\n    at main (/srv/a.js:1:1)',
    'index.js:210:7',
  ],
  ['Error: x\n    at /srv/lib/index.js:210:7', 'index.js:210:7'],
  ['Error: x\n    at index.js:210:7', 'index.js:210:7'],
  ['Error: x\n    at Array.map (<anonymous>)', '<anonymous>'],
  ['Error: looked at 48', 'an unknown place'],
  [undefined, 'an unknown place'],
])('takes the place of an error from the first frame of the stack: %j', (stack, place) => {
  const error = Object.assign(new Error('x'), { stack });
  expect(describeError(error).message).toBe(`unexpected error, at ${place}`);
});

test('cuts a long message to 300 characters', () => {
  const denied = Object.assign(new Error('x'.repeat(301)), { $metadata: {} });
  expect(describeError(denied).message).toBe('x'.repeat(300));
});
