import { addDays, dayIn, daysFrom } from '../../shared/core/day.ts';
import { type AnyRecord, all, get, handClock, NOON, simulator, stopAll } from './raw-client.ts';

afterEach(stopAll);

/** Requests as the sync does: with a margin of two days on each side, then filtered by `day`. */
const nightsOf = async (ring: { url: string }, from: string, to: string): Promise<AnyRecord[]> => {
  const query = { start_date: addDays(from, -2), end_date: addDays(to, 2), fields: 'day,type' };
  const { records } = await all(ring, 'sleep', query);
  return records.filter(({ day }) => day >= from && day <= to);
};
const dayOf = ({ day }: AnyRecord) => day;

describe('steady', () => {
  test.each([
    ['America/Los_Angeles', '2026-11-23T08:01:00Z'],
    ['America/Los_Angeles', '2026-11-24T07:59:00Z'],
    ['Pacific/Kiritimati', '2026-11-22T10:01:00Z'],
    ['Pacific/Kiritimati', '2026-11-23T09:59:00Z'],
    ['Pacific/Pago_Pago', '2026-11-23T11:01:00Z'],
    ['Pacific/Pago_Pago', '2026-11-24T10:59:00Z'],
    ['Europe/Helsinki', '2026-03-28T22:01:00Z'],
    ['Europe/Helsinki', '2026-03-29T20:59:00Z'],
  ])('the last 14 days including today have 14 nights: %s at %s', async (timeZone, at) => {
    const clock = handClock(Date.parse(at));
    const ring = await simulator({ timeZone, clock });
    const today = dayIn(timeZone, clock.time);
    const days = daysFrom(addDays(today, -13), today);
    const nights = await nightsOf(ring, addDays(today, -13), addDays(today, 5));
    expect([...new Set(nights.filter(({ type }) => type === 'long_sleep').map(dayOf))].sort()).toEqual(days);
    for (const collection of ['daily_sleep', 'daily_readiness', 'daily_spo2', 'daily_activity']) {
      const query = { start_date: addDays(today, -13), end_date: addDays(today, 3) };
      expect((await all(ring, collection, query)).records.map(dayOf)).toEqual(days);
    }
  });

  test('serves the 3,650 nights of ten years', async () => {
    const ring = await simulator();
    const nights = await nightsOf(ring, addDays('2026-11-23', -3649), '2026-11-23');
    expect(new Set(nights.map(dayOf)).size).toBe(3650);
  });

  test('responds with the same records at every hour of a day', async () => {
    const clock = handClock(Date.parse('2026-11-23T08:01:00Z'));
    const ring = await simulator({ clock });
    const query = { start_date: '2026-11-01', end_date: '2026-11-25' };
    const early = await all(ring, 'sleep', query);
    clock.time = Date.parse('2026-11-24T07:59:00Z');
    expect(await all(ring, 'sleep', query)).toEqual(early);
  });
});

describe('forgetful', () => {
  const FROM = '2026-05-01';
  const TO = '2026-11-10';
  const fates = async () => {
    const clock = handClock();
    const ring = await simulator({ scenario: 'forgetful', clock });
    return { ring, clock, days: daysFrom(FROM, TO).map((day) => ({ day, ...ring.fateOf(day) })) };
  };
  const activityOf = async (ring: { url: string }, day: string) =>
    (await all(ring, 'daily_activity', { start_date: day, end_date: addDays(day, 1) })).records;

  test('a night without the ring has many hours of non-wear and no sleep', async () => {
    const { ring, days } = await fates();
    const unworn = days.filter(({ happened }) => happened === 'not_worn');
    expect(unworn.length).toBeGreaterThan(5);
    for (const { day } of unworn) {
      expect(await nightsOf(ring, day, day)).toEqual([]);
      const [activity] = await activityOf(ring, day);
      expect(activity?.non_wear_time).toBeGreaterThan(16 * 3600);
    }
  });

  test('a night without detected sleep has little non-wear and no sleep', async () => {
    const { ring, days } = await fates();
    const undetected = days.filter(({ happened }) => happened === 'not_detected');
    expect(undetected.length).toBeGreaterThan(3);
    for (const { day } of undetected) {
      expect(await nightsOf(ring, day, day)).toEqual([]);
      const [activity] = await activityOf(ring, day);
      expect(activity?.non_wear_time).toBeLessThan(3600);
    }
  });

  test('a night that syncs late has no sleep and no activity before the sync', async () => {
    const { ring, clock, days } = await fates();
    const late = days.filter(
      ({ day, syncedOn, happened }) => syncedOn > addDays(day, 1) && happened === 'slept',
    );
    expect(late.length).toBeGreaterThan(2);
    for (const { day, syncedAt } of late) {
      clock.time = syncedAt - 1;
      expect([await nightsOf(ring, day, day), await activityOf(ring, day)]).toEqual([[], []]);
      clock.time = syncedAt;
      expect((await nightsOf(ring, day, day)).length).toBeGreaterThan(0);
      expect(await activityOf(ring, day)).toHaveLength(1);
    }
  });

  test('days sync in order: opening the app uploads all waiting days', async () => {
    const { days } = await fates();
    for (const [index, { syncedAt }] of days.slice(1).entries())
      expect(syncedAt).toBeGreaterThanOrEqual(days[index]?.syncedAt ?? 0);
  });

  test.each([
    ['rescored', true, 0],
    ['reidentified', false, 0],
    ['nap_confirmed', true, 1],
  ] as const)('revises a night days later: %s', async (kind, keepsIds, addedPeriods) => {
    const { ring, clock, days } = await fates();
    const revised = days.find(({ revision }) => revision?.kind === kind);
    if (revised?.revision == null) throw new Error(`No night of the sample is ${kind}`);
    const read = async () => {
      const query = { start_date: addDays(revised.day, -2), end_date: addDays(revised.day, 2) };
      const { records } = await all(ring, 'sleep', query);
      const { records: daily } = await all(ring, 'daily_sleep', query);
      return {
        periods: records.filter(({ day }) => day === revised.day),
        score: daily.find(({ day }) => day === revised.day)?.score,
      };
    };
    clock.time = revised.revision.at - 1;
    const first = await read();
    clock.time = revised.revision.at;
    const second = await read();
    const main = ({ periods }: typeof first) => periods.find(({ type }) => type === 'long_sleep');
    expect(second.periods).toHaveLength(first.periods.length + addedPeriods);
    expect(main(second)?.id === main(first)?.id).toBe(keepsIds);
    expect(second.periods.map((p) => p.total_sleep_duration)).not.toEqual(
      first.periods.map((p) => p.total_sleep_duration),
    );
    expect(main(first)?.sleep_analysis_reason).toBe('background_sleep_analysis');
    expect(main(second)?.sleep_analysis_reason).toBe('background_created_foreground_updated');
  });

  test("today's night is missing until the user opens the app in the morning", async () => {
    const { ring, clock } = await fates();
    clock.time = Date.parse('2026-11-23T09:00:00Z');
    expect(await nightsOf(ring, '2026-11-23', '2026-11-23')).toEqual([]);
  });

  test('the same seed forgets the same nights', async () => {
    const [first, again, other] = await Promise.all(
      [3, 3, 4].map(async (seed) => nightsOf(await simulator({ scenario: 'forgetful', seed }), FROM, TO)),
    );
    expect(again).toEqual(first);
    expect(new Set(other?.map(dayOf))).not.toEqual(new Set(first?.map(dayOf)));
  });
});

test('down responds with 503 to every API call', async () => {
  const ring = await simulator({ scenario: 'down', clock: handClock(NOON) });
  const paths = ['sleep', 'daily_activity', 'personal_info', 'sleep/some-id'];
  expect(await Promise.all(paths.map(async (path) => (await get(ring, path)).status))).toEqual([
    503, 503, 503, 503,
  ]);
});
