import { lastDocument } from '../../../shared/core/night/last-document.ts';

const EARLY = { id: 'z', timestamp: '2026-03-10T06:00:00+02:00' };
const LATE = { id: 'a', timestamp: '2026-03-10T05:00:00+00:00' };

test.each([
  ['the one with the later instant, whatever its offset', LATE, EARLY],
  ['the one with the greater id of two with the same instant', { ...LATE, id: 'b' }, LATE],
  ['the one with the greater id of two without a timestamp', { id: 'b' }, { id: 'a' }],
  ['the one with a timestamp', LATE, { id: 'z' }],
  ['the one with a readable timestamp', LATE, { id: 'z', timestamp: 'today' }],
  ['the one whose timestamp is text', LATE, { id: 'z', timestamp: 9_999_999_999_999 }],
])('the last document is %s, in any order', (_rule, last, other) => {
  expect(lastDocument([last, other])).toBe(last);
  expect(lastDocument([other, last])).toBe(last);
});

test('of many documents the last one counts', () => {
  expect(lastDocument([{ id: 'b' }, { id: 'c' }, { id: 'a' }])).toEqual({ id: 'c' });
});

test('there is none without documents, and their list stays as it is', () => {
  expect(lastDocument([])).toBeUndefined();
  const documents = [LATE, EARLY];
  lastDocument(documents);
  expect(documents).toEqual([LATE, EARLY]);
});

test('an id of any JSON value is compared without an error', () => {
  const odd = { id: JSON.parse('{"toString": 1, "valueOf": 2}') };
  expect(lastDocument([odd, { id: 'a' }])).toBeDefined();
  expect(lastDocument([odd, { id: null }, {}])).toEqual(lastDocument([{}, { id: null }, odd]));
});
