import fc from 'fast-check';
import { chunksOf } from '../../../services/operations/backfill/chunks.ts';
import { addDays, daysBetween, daysFrom } from '../../../shared/core/day.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';

const FIRST = '1960-01-01';

/** Dates to ask for, dates that are under way, and how many a chunk may hold. */
const arbitrary = fc.record({
  offsets: fc.uniqueArray(fc.nat(3000), { maxLength: 300 }),
  busy: fc.uniqueArray(fc.nat(3000), { maxLength: 20 }),
  most: fc.integer({ min: 1, max: 50 }),
});

const dates = ({ offsets, busy }: { offsets: number[]; busy: number[] }) => ({
  open: offsets.filter((offset) => !busy.includes(offset)).map((offset) => addDays(FIRST, offset)),
  underWay: new Set(busy.map((offset) => addDays(FIRST, offset))),
});

const check = (property: (given: ReturnType<typeof dates>, most: number) => void) =>
  fc.assert(
    fc.property(arbitrary, (given) => property(dates(given), given.most)),
    propertyRuns(),
  );

test('puts each open date in exactly one chunk, which counts it', () => {
  check(({ open, underWay }, most) => {
    const chunks = chunksOf(open, underWay, most);
    const isIn = (date: string) => chunks.filter(({ from, to }) => from <= date && date <= to).length;
    expect(open.map(isIn)).toEqual(open.map(() => 1));
    for (const { from, to, dates: count } of chunks) {
      expect(open.filter((date) => from <= date && date <= to)).toHaveLength(count);
    }
  });
});

test('a chunk spans at most the maximum of dates, settled ones included, and starts and ends with an open one', () => {
  check(({ open, underWay }, most) => {
    for (const { from, to } of chunksOf(open, underWay, most)) {
      expect(daysBetween(from, to)).toBeLessThan(most);
      expect(open).toEqual(expect.arrayContaining([from, to]));
    }
  });
});

test('no chunk spans a date of a running run, which would be requested again', () => {
  check(({ open, underWay }, most) => {
    for (const { from, to } of chunksOf(open, underWay, most)) {
      expect([...underWay].filter((date) => from <= date && date <= to)).toEqual([]);
    }
  });
});

test('the newest chunk comes first, and the next one begins with a date for which it has no room', () => {
  check(({ open, underWay }, most) => {
    const chunks = chunksOf(open, underWay, most);
    for (const [index, { from, to }] of chunks.entries()) {
      const next = chunks[index + 1];
      if (!next) continue;
      expect(next.to < from).toBe(true);
      const isParted = [...underWay].some((date) => next.to < date && date < from);
      if (!isParted) expect(daysBetween(next.to, to)).toBeGreaterThanOrEqual(most);
    }
  });
});

test('ten years take three runs', () => {
  const open = daysFrom('2016-03-13', '2026-03-10');
  expect(chunksOf(open, new Set()).map(({ dates: count }) => count)).toEqual([1300, 1300, 1050]);
});
