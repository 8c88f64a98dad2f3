import { daysFrom } from '../../shared/core/day.ts';
import { playCase } from '../helpers/oura-case.ts';

test('a run in Los Angeles stores the night of a sleeper in Auckland, where tomorrow has begun', async () => {
  const { statuses, nights, days } = await playCase('sleeper-ahead-of-the-zone');
  expect(statuses).toEqual(['complete']);
  expect(nights.map(({ date }) => date)).toEqual(['2026-05-01', '2026-05-02', '2026-05-03']);
  expect(days.filter(({ date }) => date > '2026-05-03')).toEqual([]);
});

test('a backfill that begins before the first record settles the earlier dates', async () => {
  const { statuses, nights, days } = await playCase('before-the-first-record');
  expect(statuses).toEqual(['complete']);
  expect(nights.map(({ date }) => date)).toEqual(['2026-05-01', '2026-05-02']);
  const earlier = days.filter(({ date }) => date < '2026-05-01');
  expect(earlier.map(({ date }) => date).sort()).toEqual(daysFrom('2025-05-01', '2026-04-30'));
  expect(new Set(earlier.map(({ reason, settled }) => `${reason} ${settled}`))).toEqual(
    new Set(['before_first_record true']),
  );
});
