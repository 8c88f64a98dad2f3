import { report, secondsSince } from './support/figures.ts';
import { remarksOf, syncMessyHistory } from './support/messy.ts';
import { SEED } from './support/seed.ts';

const TEN_YEARS = 3650;

const countBy = (kinds: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const kind of kinds.toSorted()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

test('ten messy years keep every night that Oura has, and the remarks by kind are those that were planted', async () => {
  const begun = performance.now();
  const { tables, planted, lost, stored, expected, calls } = await syncMessyHistory(TEN_YEARS, SEED);
  const always = planted.filter(({ at }) => at === Number.NEGATIVE_INFINITY);
  const remarks = countBy(tables.nights.flatMap((night) => night.remarks.map(({ kind }) => kind)));
  expect(remarks).toEqual(countBy(always.flatMap(({ remark }) => remark ?? [])));
  expect(remarksOf(tables.nights)).toEqual(
    always.flatMap(({ day, remark }) => (remark === null ? [] : `${day} ${remark}`)).sort(),
  );
  expect(tables.nights).toHaveLength(TEN_YEARS - lost.length);
  expect(stored).toEqual(expected);
  expect(tables.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
  report({
    what: 'messy: ten years',
    dates: TEN_YEARS,
    injected: planted.length,
    stored: tables.nights.length,
    no_data: lost.length,
    parked: tables.queues.parked,
    lost: TEN_YEARS - tables.nights.length - lost.length,
    seconds: secondsSince(begun),
    note: `${calls} requests; ${Object.entries(remarks)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ')}`,
  });
});
