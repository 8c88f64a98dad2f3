import { describeError } from '../../shared/runtime/errors.ts';

test('an error says itself whether it is retryable', () => {
  expect(describeError(Object.assign(new Error('no'), { retryable: false })).retryable).toBe(false);
});

test('an error that nobody foresaw is retryable: a date is not given up because of it', () => {
  expect(describeError(new TypeError('bug'))).toEqual({ name: 'TypeError', message: 'bug', retryable: true });
});

test('what is not an Error is described without its content', () => {
  expect(describeError({ hrv: 48 })).toEqual({
    name: 'UnknownError',
    message: 'not an Error',
    retryable: true,
  });
});
