import { array, assert, integer, nat, property, record, string } from 'fast-check';
import { fitAnswer } from '../../services/mcp/fit-answer.ts';

const listOf = (name: string, items: readonly unknown[]) => ({
  name,
  items,
  rest: (kept: number) => ({ what: `${items.length - kept} of ${name}`, how: `ask for ${name}` }),
});

/** The bytes of the text in a message. */
const sizeOf = (text: string) => Buffer.byteLength(JSON.stringify(text));

test('an answer that fits is complete', () => {
  const text = fitAnswer({ facts: { a: 1 }, lists: [listOf('rows', [1, 2])] }, 1_000);
  expect(JSON.parse(text)).toEqual({ a: 1, rows: [1, 2], left_out: [] });
});

test('a list is shortened from its end, the last list first', () => {
  const items = Array.from({ length: 100 }, (_, index) => `item ${index}`);
  const lists = [listOf('first', items), listOf('second', items)];
  const { first, second, left_out } = JSON.parse(fitAnswer({ facts: {}, lists }, 2_000));
  expect(first).toEqual(items);
  expect(second).toEqual(items.slice(0, second.length));
  expect(left_out).toEqual([{ what: `${100 - second.length} of second`, how: 'ask for second' }]);
  const shorter = JSON.parse(fitAnswer({ facts: {}, lists }, 1_000));
  expect(shorter.second).toEqual([]);
  expect(shorter.left_out).toHaveLength(2);
});

test('an answer stays below the limit in the bytes of a message, and holds as much as fits', () => {
  const cases = record({
    lists: array(array(string({ unit: 'grapheme' }), { maxLength: 30 }), { maxLength: 4 }),
    limit: integer({ min: 600, max: 4_000 }),
    facts: nat(),
  });
  assert(
    property(cases, ({ lists, limit, facts }) => {
      const named = lists.map((items, index) => listOf(`list${index}`, items));
      const answer = { facts: { facts }, lists: named };
      const text = fitAnswer(answer, limit);
      const parsed = JSON.parse(text);
      const left = named.filter(({ name, items }) => parsed[name].length < items.length);
      expect(sizeOf(text)).toBeLessThan(limit);
      expect(parsed.left_out.map(({ how }: { how: string }) => how)).toEqual(
        left.map(({ name }) => `ask for ${name}`),
      );
      // With room for everything, nothing is left out.
      expect(JSON.parse(fitAnswer(answer, 1_000_000)).left_out).toEqual([]);
    }),
  );
});
