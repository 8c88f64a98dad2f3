import { describeError } from '../../shared/core/errors.ts';

test('an error says itself whether it is retryable', () => {
  expect(describeError(Object.assign(new Error('no'), { retryable: false })).retryable).toBe(false);
});

test('an error that nobody foresaw is retryable: a date is not given up because of it', () => {
  expect(describeError(new TypeError('bug'))).toMatchObject({ name: 'TypeError', retryable: true });
});

test('an error that nobody foresaw is told by its place, since its sentence may repeat a value', () => {
  const { message } = describeError(new Error('Number 1e+300 is greater than ...'));
  expect(message).toMatch(/^unforeseen, at errors\.test\.ts:\d+:\d+$/);
});

test('an error of AWS or of the system is told by its sentence', () => {
  const denied = Object.assign(new Error('not authorized to perform: sqs:SendMessage'), { $metadata: {} });
  const refused = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
  expect(describeError(denied).message).toBe('not authorized to perform: sqs:SendMessage');
  expect(describeError(refused).message).toBe('connect ECONNREFUSED');
});

test('what is not an Error is described without its content', () => {
  expect(describeError({ hrv: 48 })).toEqual({
    name: 'UnknownError',
    message: 'not an Error',
    retryable: true,
  });
});
