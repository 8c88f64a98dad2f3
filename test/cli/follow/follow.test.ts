import { follow } from '../../../services/cli/follow/follow.ts';
import { UsageError } from '../../../services/cli/usage-error.ts';

/**
 * Follows states, one for each look, to their end.
 * @param failures the error of each update, by its number from 1
 */
const followed = async (states: readonly string[], failures: Readonly<Record<number, Error>> = {}) => {
  const stopping = new AbortController();
  const said: string[] = [];
  const shown: string[] = [];
  let looks = 0;
  let updates = 0;
  const work = follow({
    state: async () => {
      const state = states[looks] ?? '';
      looks += 1;
      if (looks >= states.length) stopping.abort();
      return state;
    },
    update: async () => {
      updates += 1;
      const failure = failures[updates];
      if (failure) throw failure;
      shown.push(states[looks - 1] ?? '');
    },
    signal: stopping.signal,
    lookMs: 1,
    retryMs: 1,
    say: (sentence) => said.push(sentence),
  });
  await work;
  return { shown, said };
};

test('updates at first, and then after each change that has come to rest', async () => {
  const { shown, said } = await followed(['a', 'a', 'b', 'c', 'c', 'c', 'd', 'd', 'd']);
  expect(shown).toEqual(['a', 'c', 'd']);
  expect(said).toEqual(['Up to date. Ctrl-C stops.']);
});

test('a change during an update leads to the next one', async () => {
  const stopping = new AbortController();
  const shown: string[] = [];
  let state = 'before';
  let looks = 0;
  await follow({
    state: async () => {
      looks += 1;
      if (looks > 5) stopping.abort();
      return state;
    },
    update: async () => {
      shown.push(state);
      state = 'after';
    },
    signal: stopping.signal,
    lookMs: 1,
    say: () => {},
  });
  expect(shown).toEqual(['before', 'after']);
});

test('the first failure ends it', async () => {
  await expect(followed(['a', 'b'], { 1: new UsageError('No.') })).rejects.toThrow('No.');
});

test('a later failure is said once, tried again, and its end is said', async () => {
  const full = new UsageError('The disk is full.\n  Hint: for developers.');
  const states = ['a', 'b', 'b', 'b', 'b', 'b'];
  const { shown, said } = await followed(states, { 2: full, 3: full });
  expect(shown).toEqual(['a', 'b']);
  expect(said).toEqual([
    'Up to date. Ctrl-C stops.',
    'Not updated: The disk is full. Trying again every 0.001 s.',
    'Up to date again.',
  ]);
});

test('an error that only a bug can cause ends it', async () => {
  await expect(followed(['a', 'b', 'b', 'b'], { 2: new TypeError('bug') })).rejects.toThrow('bug');
});
