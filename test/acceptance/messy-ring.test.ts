import { goneOn } from '../../services/ring-simulator/api/messy-calls.ts';
import type { Collection } from '../../services/ring-simulator/sleeper/collections.ts';
import { type PlantedKind, plantedOn } from '../../services/ring-simulator/sleeper/planted-faults.ts';
import { zonedTime } from '../../services/ring-simulator/sleeper/zoned-time.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { remarksOf, startMessyPipeline, syncMessyHistory } from '../reliability/support/messy.ts';
import { NOON, TIME_ZONE, TODAY } from '../reliability/support/pipeline.ts';
import type { Tables } from '../reliability/support/tables.ts';

test('a messy year keeps every night that Oura has, without a wrong value, and remarks on exactly what was planted', async () => {
  const { tables, planted, lost, stored, expected } = await syncMessyHistory(365, 1);
  expect(tables.nights).toHaveLength(365 - lost.length);
  // A nap that Oura withdrew or moved before the first read leaves nothing to remark on.
  const always = planted.filter(({ remark, at }) => remark !== null && at === Number.NEGATIVE_INFINITY);
  expect(always.length).toBeGreaterThan(20);
  expect(remarksOf(tables.nights)).toEqual(always.map(({ day, remark }) => `${day} ${remark}`).sort());
  expect(stored.length).toBeGreaterThan(300);
  expect(stored).toEqual(expected);
});

const DAY_MS = 86_400_000;
const LOOK_BACK = { from: addDays(TODAY, -6), to: TODAY };

const ZONE = zonedTime(TIME_ZONE);

/** The first seed for which `suits` the faults of the last week that are still to come, and the missing collections of a day. */
const seedWhere = (
  suits: (
    coming: readonly PlantedKind[],
    goneOnDay: (day: Day) => readonly Collection[],
    seed: number,
  ) => boolean,
): number => {
  for (let seed = 1; ; seed += 1) {
    const planted = daysFrom(LOOK_BACK.from, LOOK_BACK.to).flatMap((day) => plantedOn(seed, ZONE, day));
    const coming = planted.filter(({ at }) => at > NOON).map(({ kind }) => kind);
    if (suits(coming, (day) => goneOn(seed, day), seed)) return seed;
  }
};
const answers = (goneOnDay: (day: Day) => readonly Collection[], ...ages: number[]) =>
  ages.every((age) => goneOnDay(addDays(TODAY, age)).length === 0);
const nightOf = ({ nights }: Tables, day: Day) => nights.find(({ date }) => date === day);

test('a nap that moves to the next day or disappears leaves its night, with a remark, and counts once', async () => {
  const kinds = ['moved', 'withdrawn'] as const;
  const seed = seedWhere((coming, gone) => coming.toSorted().join() === kinds.join() && answers(gone, 0, 7));
  await using messy = await startMessyPipeline('messy', seed);
  const planted = messy.ring.planted(LOOK_BACK.from, LOOK_BACK.to);
  const before = await messy.runAt(NOON);
  expect(before.nights).toHaveLength(7);
  const after = await messy.runAt(NOON + 7 * DAY_MS);
  for (const kind of kinds) {
    const day = planted.find((fault) => fault.kind === kind)?.day ?? '';
    const [earlier, night] = [nightOf(before, day), nightOf(after, day)];
    expect(night?.remarks).toContainEqual(expect.objectContaining({ kind: 'withdrawn_period' }));
    expect(night?.total_sleep_duration).toBeLessThan(earlier?.total_sleep_duration ?? 0);
  }
  const ids = after.nights.flatMap(({ periods }) => periods.flatMap(({ id }) => id ?? []));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a day that Oura loses keeps its night, marked', async () => {
  const seed = seedWhere((coming, gone) => coming.join() === 'emptied' && answers(gone, 0, 7));
  await using messy = await startMessyPipeline('messy', seed);
  const [emptied] = messy.ring.planted(LOOK_BACK.from, LOOK_BACK.to).filter(({ kind }) => kind === 'emptied');
  const before = nightOf(await messy.runAt(NOON), emptied?.day ?? '');
  const after = nightOf(await messy.runAt(NOON + 7 * DAY_MS), emptied?.day ?? '');
  expect(after?.vanished_since).not.toBeNull();
  expect(after).toMatchObject({ revision: 1, periods: before?.periods ?? [] });
});

test('while a collection answers 404, the nights are stored and marked; the next run completes them', async () => {
  const seed = seedWhere(
    (coming, gone) => coming.length === 0 && gone(TODAY).join() === 'daily_spo2' && answers(gone, 1),
  );
  await using messy = await startMessyPipeline('messy', seed);
  const marked = await messy.runAt(NOON);
  expect(marked.nights.map(({ incomplete }) => incomplete)).toEqual(Array(7).fill(['daily_spo2']));
  expect(marked.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
  const completed = await messy.runAt(NOON + DAY_MS);
  expect(completed.nights.map(({ incomplete }) => incomplete)).toEqual(Array(8).fill([]));
  expect(completed.nights.every(({ breathing_disturbances }) => breathing_disturbances !== null)).toBe(true);
});

test('a score that comes in the afternoon is stored by the next run of the same day', async () => {
  const seed = seedWhere((coming, gone) => coming.join() === 'late_score' && answers(gone, 0));
  await using messy = await startMessyPipeline('messy', seed);
  const [late] = messy.ring.planted(TODAY, TODAY);
  const noon = nightOf(await messy.runAt(NOON), TODAY);
  expect(noon).toMatchObject({ sleep_score: null, readiness_score: null });
  expect(noon?.incomplete).toEqual(expect.arrayContaining(['daily_readiness', 'daily_sleep']));
  const evening = nightOf(await messy.runAt((late?.at ?? 0) + 1), TODAY);
  expect(evening).toMatchObject({
    sleep_score: expect.any(Number),
    readiness_score: expect.any(Number),
    incomplete: [],
  });
  expect(evening?.total_sleep_duration).toBe(noon?.total_sleep_duration);
});

test('a record without a day does not park a day for which Oura has no record', async () => {
  const from = addDays(TODAY, -29);
  const isPast = ({ at }: { at: number }) => at <= NOON;
  const lostIn = (seed: number) => {
    const past = daysFrom(from, TODAY)
      .flatMap((day) => plantedOn(seed, ZONE, day))
      .filter(isPast);
    const hasNoDay = past.some(({ kind }) => kind === 'no_day');
    return hasNoDay ? past.filter(({ kind }) => kind === 'emptied').map(({ day }) => day) : [];
  };
  const seed = seedWhere((_, gone, candidate) => answers(gone, 0) && lostIn(candidate).length > 0);
  await using messy = await startMessyPipeline('messy', seed);
  const { days } = await messy.runAt(NOON, { from, to: TODAY });
  const gaps = days.filter(({ state }) => state !== 'stored');
  expect(gaps.map(({ date, state }) => [date, state])).toEqual(lostIn(seed).map((day) => [day, 'no_data']));
});
