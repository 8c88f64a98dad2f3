import { expect, test } from '@jest/globals';
import { chunks } from '../../shared/core/chunks.ts';

test.each([
  [[], 2, []],
  [[1], 2, [[1]]],
  [
    [1, 2, 3, 4],
    2,
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [[1, 2, 3, 4, 5], 2, [[1, 2], [3, 4], [5]]],
])('%j in chunks of %d is %j', (items, size, expected) => {
  expect(chunks<number>(items, size)).toEqual(expected);
});
