import { paceOf, rateOf, spell } from '../../../services/cli/print/backfill-progress.ts';

const standing = {
  done: 0,
  total: 100,
  pending: 100,
  stored: 0,
  unchanged: 0,
  no_data: 0,
  not_over: 0,
  failed: 0,
  requests: 0,
};

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [59.6, '1 min 0 s'],
  [135, '2 min 15 s'],
  [3600, '1 h 0 min'],
  [4020, '1 h 7 min'],
])('%d s are spelt %s', (seconds, text) => {
  expect(spell(seconds)).toBe(text);
});

test('a rate below ten has one decimal', () => {
  expect(rateOf(0, 0)).toBe('0.0 dates/s');
  expect(rateOf(33, 10)).toBe('3.3 dates/s');
  expect(rateOf(1234, 10)).toBe('123 dates/s');
});

test('the remaining time follows from the rate so far, and is unknown before the first date', () => {
  expect(paceOf(standing, 2)).toBe('0.0 dates/s, time left unknown, 0 requests');
  expect(paceOf({ ...standing, done: 25, requests: 4 }, 10)).toBe('2.5 dates/s, 30 s left, 4 requests');
});
