import type { RawRecord } from '../../../shared/core/collections.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { Night } from '../../../shared/core/sleep-record.ts';
import { nap, nightOf, period } from './records.ts';

const DATE = '2026-03-10';
const countedIn = (...sleep: RawRecord[]) => sleepDay(DATE, sleep).counted.map(({ id }) => id);
const kindsOf = (night: Night) => night.remarks.map(({ kind, period_id, field }) => [kind, period_id, field]);

/** A period from `from` to `to` minutes after 22:00 on the evening before, asleep all the time unless changed. */
const between = (id: string, from: number, to: number, changes: RawRecord = {}): RawRecord => {
  const at = (minutes: number) =>
    new Date(Date.parse('2026-03-09T22:00:00Z') + minutes * 60_000).toISOString();
  return {
    ...{ id, day: DATE, type: 'long_sleep', bedtime_start: at(from), bedtime_end: at(to) },
    ...{ total_sleep_duration: (to - from) * 60, awake_time: 0 },
    ...changes,
  };
};

describe('overlapping periods', () => {
  test('one night under two ids counts once: the one with more sleep', () => {
    const night = nightOf(between('a', 0, 480), between('b', 2, 479));
    expect(night).toMatchObject({ total_sleep_duration: 480 * 60, awake_duration: 0 });
    expect(night.periods).toHaveLength(2);
    expect(kindsOf(night)).toEqual([['overlap', 'b', undefined]]);
  });

  test('with equal sleep, the greater id counts, by code unit', () => {
    expect(countedIn(between('a', 0, 480), between('B', 0, 480))).toEqual(['a']);
    expect(countedIn(between('a', 0, 480), between('é', 0, 480))).toEqual(['é']);
  });

  test('periods may touch by up to a minute', () => {
    expect(countedIn(between('a', 0, 300), between('b', 299, 480))).toEqual(['a', 'b']);
    expect(countedIn(between('a', 0, 300), between('b', 298.9, 480))).toEqual(['a']);
  });

  test('a period that overlaps only an uncounted one counts', () => {
    // c overlaps b, which overlaps a: without b, both count.
    expect(countedIn(between('a', 0, 300), between('b', 250, 400), between('c', 390, 480))).toEqual([
      'a',
      'c',
    ]);
  });

  test('a rejected or deleted period takes no time from the others', () => {
    expect(countedIn(between('a', 0, 480, { type: 'rest' }), between('b', 100, 200))).toEqual(['b']);
  });

  test('an unfinished period lasts as long as Oura says that the sleeper has been in bed', () => {
    const unfinished = between('a', 0, 480, { bedtime_end: null, time_in_bed: 480 * 60 });
    expect(countedIn(unfinished, between('b', 470, 500))).toEqual(['a']);
    expect(countedIn(unfinished, between('b', 480, 500))).toEqual(['a', 'b']);
  });

  test('an offset does not hide an overlap', () => {
    const elsewhere = {
      bedtime_start: '2026-03-10T11:00:00+13:00',
      bedtime_end: '2026-03-10T18:00:00+13:00',
    };
    expect(countedIn(between('a', 0, 480), between('b', 0, 420, elsewhere))).toEqual(['a']);
  });
});

describe('the parts of the night', () => {
  test('are the main period and each long sleep within three hours of a part', () => {
    const night = nightOf(
      between('a', 0, 60, { latency: 100 }),
      between('b', 240, 420, { latency: 200 }),
      between('c', 600, 660, { latency: 300 }),
    );
    expect(night).toMatchObject({
      bedtime_start: '2026-03-09T22:00:00.000Z',
      bedtime_end: '2026-03-10T09:00:00.000Z',
      sleep_latency: 100,
    });
  });

  test('end at a gap of more than three hours, although the sleep after it counts', () => {
    const night = nightOf(between('a', 0, 300), between('b', 480.1, 540));
    expect(night).toMatchObject({
      total_sleep_duration: 360 * 60 - 6,
      bedtime_end: '2026-03-10T03:00:00.000Z',
    });
  });

  test('are no naps, no matter how close', () => {
    const night = nightOf(between('a', 0, 300), between('b', 310, 340, { type: 'sleep' }));
    expect(night.bedtime_end).toBe('2026-03-10T03:00:00.000Z');
    expect(sleepDay(DATE, night.periods).parts).toHaveLength(1);
  });

  test('have an efficiency weighted by time in bed, in whole per cent', () => {
    const night = nightOf(
      between('a', 0, 210, { efficiency: 86 }),
      between('b', 270, 570, { efficiency: 87 }),
      between('c', 960, 1010, { type: 'sleep', efficiency: 10 }),
    );
    // (86 * 210 + 87 * 300) / 510 = 86.59
    expect(night.sleep_efficiency).toBe(87);
  });

  test('leave the efficiency of a single part as sent', () => {
    expect(nightOf(between('a', 0, 210, { efficiency: 86.4 })).sleep_efficiency).toBe(86.4);
    const one = between('b', 270, 300, { efficiency: null });
    expect(nightOf(between('a', 0, 210, { efficiency: 86.4 }), one).sleep_efficiency).toBe(86.4);
  });
});

describe('the main period', () => {
  test.each<[string, RawRecord, RawRecord]>([
    ['more sleep', { total_sleep_duration: 20_000 }, { total_sleep_duration: 19_999, time_in_bed: 40_000 }],
    ['known sleep', { total_sleep_duration: 0 }, { total_sleep_duration: null }],
    ['more time in bed', { time_in_bed: 30_000 }, { time_in_bed: 29_000 }],
    ['more time between its bedtimes', { time_in_bed: null }, { time_in_bed: 28_000 }],
    ['an end', { time_in_bed: null }, { time_in_bed: null, bedtime_end: null }],
  ])('is the long sleep with %s', (_, main, other) => {
    const chosen = period({ ...main, id: 'z', readiness: { temperature_deviation: 1 } });
    const left = period({
      bedtime_start: '2026-03-10T12:00:00+02:00',
      bedtime_end: '2026-03-10T20:00:00+02:00',
      ...{ ...other, id: 'a', readiness: { temperature_deviation: 2 } },
    });
    expect(nightOf(chosen, left).temperature_delta).toBe(1);
    expect(nightOf(left, chosen).temperature_delta).toBe(1);
  });

  test('is the earlier one of two that are equally long', () => {
    const [early, late] = [between('a', 0, 60), between('b', 600, 660)];
    expect(nightOf(late, early).bedtime_start).toBe(early['bedtime_start']);
  });
});

describe('broken periods next to a good night', () => {
  const good = () => period();

  test.each<[string, RawRecord, string]>([
    ['no bedtime_start', { bedtime_start: null }, 'sleep.bedtime_start'],
    ['an unusable bedtime_start', { bedtime_start: 'noon' }, 'sleep.bedtime_start'],
    ['an end before its start', { bedtime_end: '2026-03-10T13:00:00+02:00' }, 'sleep.bedtime_end'],
    ['no id', { id: null }, 'sleep.id'],
  ])('a nap with %s is kept and does not count', (_, change, field) => {
    const night = nightOf(good(), nap(change));
    expect(night).toMatchObject({ total_sleep_duration: 25_200 });
    expect(night.periods).toHaveLength(2);
    expect(night.remarks).toContainEqual(expect.objectContaining({ kind: 'unusable_period', field }));
  });

  test('a period of unknown type is kept and does not count', () => {
    const night = nightOf(good(), nap({ type: 'siesta' }));
    expect(night.total_sleep_duration).toBe(25_200);
    expect(kindsOf(night)).toEqual([['unknown_type', 'nap', 'sleep.type']]);
  });

  test('a type that is no text fails the date if the period may be the night', () => {
    const untyped = between('a', 0, 480, { type: 4711 });
    expect(() => nightOf(untyped)).toThrow('type must be text');
    expect(() => nightOf(untyped, between('nap', 600, 640, { type: 'sleep' }))).toThrow('type must be text');
    expect(countedIn(untyped, between('b', 480, 700))).toEqual(['b']);
    expect(sleepDay(DATE, [untyped, between('b', 480, 700)]).invalid).toBeUndefined();
    expect(sleepDay(DATE, [between('a', 0, 480, { type: 'siesta' })]).invalid).toBeUndefined();
  });

  test('an unusable stage of a nap costs only itself', () => {
    const night = nightOf(good(), nap({ light_sleep_duration: -8000 }));
    expect(night).toMatchObject({ total_sleep_duration: 27_000, light_sleep_duration: 14_400 });
    expect(kindsOf(night)).toEqual([['unusable_value', 'nap', 'sleep.light_sleep_duration']]);
  });

  test('the only period may lack an id', () => {
    const night = nightOf(period({ id: undefined }));
    expect(night).toMatchObject({ total_sleep_duration: 25_200, series: [], remarks: [] });
  });

  test('a longer night without a usable bedtime fails the day, because the nap is not the night', () => {
    expect(() => nightOf(nap(), period({ bedtime_start: null }))).toThrow('bedtime_start is missing');
    const unknown = period({ total_sleep_duration: 'x', bedtime_start: '2026-03-09T23:00:00+02:00' });
    expect(() => nightOf(nap({ type: 'long_sleep' }), unknown)).toThrow(
      'total_sleep_duration must be a number',
    );
  });

  test('a night under two ids survives if one of the two is unusable', () => {
    const night = nightOf(good(), period({ id: 'p2', total_sleep_duration: -1 }));
    expect(night.total_sleep_duration).toBe(25_200);
  });

  test('a nap does not stand for a longer night that overlaps it and has an unusable core field', () => {
    const night = between('night', 0, 480, { total_sleep_duration: -1 });
    expect(() => nightOf(night, between('nap', 0, 239, { type: 'sleep' }))).toThrow('must be at least 0');
    expect(nightOf(night, between('twin', 0, 241)).total_sleep_duration).toBe(241 * 60);
    const nap = between('nap', 470, 520, { type: 'sleep', total_sleep_duration: -1 });
    expect(nightOf(between('night', 0, 480), nap)).toMatchObject({
      total_sleep_duration: 480 * 60,
      time_in_bed: 480 * 60,
    });
  });
});

test('a period whose own numbers exceed its time in bed counts as sent, with a remark', () => {
  const night = nightOf(between('a', 0, 60, { total_sleep_duration: 3600, awake_time: 61 }));
  expect(night).toMatchObject({ total_sleep_duration: 3600, awake_duration: 61 });
  expect(kindsOf(night)).toEqual([['inconsistent_durations', 'a', undefined]]);
  expect(nightOf(between('a', 0, 60, { total_sleep_duration: 3540, awake_time: 60 })).remarks).toEqual([]);
});

test('a remark never repeats a value', () => {
  const night = nightOf(period(), nap({ latency: 'HEALTH-91', type: 'HEALTH-92', bedtime_end: 'HEALTH-93' }));
  expect(night.remarks.length).toBeGreaterThan(2);
  expect(JSON.stringify(night.remarks)).not.toContain('HEALTH');
});
