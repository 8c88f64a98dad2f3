import { expect, test } from '@jest/globals';
import { checkDateRange, RunInputInvalid, type RunRange } from '../../shared/core/date-range.ts';

const today = '2026-03-10';

test.each<[RunRange, Parameters<typeof checkDateRange>[1]]>([
  [{}, { today, most: 1 }],
  [
    { from: today, to: today },
    { today, most: 1 },
  ],
  [{ from: '2026-03-08' }, { today, most: 3 }],
  [
    { from: '2026-03-01', to: '2026-03-03' },
    { today, most: 3 },
  ],
  [{ to: '2026-03-03' }, { today, most: 1 }],
  [{ days: 3 }, { today, most: 3 }],
  [{ from: '2026-03-11' }, {}],
  [
    { from: '2026-03-11', to: '2026-03-11' },
    { today, newest: '2026-03-11' },
  ],
  [{ from: '2026-03-11' }, { today, newest: '2026-03-11', most: 1 }],
  [{ from: '2026-03-11', to: '2099-01-01' }, {}],
  [{ from: '1900-01-01', to: today }, { today }],
])('accepts %j with %j', (range, rules) => {
  expect(() => checkDateRange(range, rules)).not.toThrow();
});

test.each<[RunRange, Parameters<typeof checkDateRange>[1], string]>([
  [{ from: '2026-03-03', to: '2026-03-02' }, {}, 'The range 2026-03-03 to 2026-03-02 is reversed.'],
  [{ from: '2026-03-11' }, { today }, 'The date 2026-03-11 is in the future: today is 2026-03-10.'],
  [{ to: '2026-03-11' }, { today }, 'The date 2026-03-11 is in the future: today is 2026-03-10.'],
  [
    { to: '2026-03-12' },
    { today, newest: '2026-03-11' },
    'The date 2026-03-12 is in the future: today is 2026-03-10.',
  ],
  [{ from: '2026-03-07' }, { today, most: 3 }, 'The range 2026-03-07 to 2026-03-10 has more than 3 dates.'],
  [
    { from: '2026-03-01', to: '2026-03-04' },
    { today, most: 3 },
    'The range 2026-03-01 to 2026-03-04 has more than 3 dates.',
  ],
  [
    { from: '2026-03-01', to: '2026-03-04' },
    { most: 3 },
    'The range 2026-03-01 to 2026-03-04 has more than 3 dates.',
  ],
  [{ days: 4 }, { today, most: 3 }, 'The range 2026-03-07 to 2026-03-10 has more than 3 dates.'],
])('rejects %j with %j', (range, rules, sentence) => {
  expect(() => checkDateRange(range, rules)).toThrow(new RunInputInvalid(sentence));
});
