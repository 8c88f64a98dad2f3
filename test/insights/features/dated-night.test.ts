import { datedNight } from '../../../services/insights/features/dated-night.ts';
import { napsBefore, nightBefore } from '../../../services/insights/features/night-before.ts';
import { periodMetrics } from '../../../shared/core/night/assemble-night.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { NightMetrics, Period } from '../../../shared/core/sleep-record.ts';
import { nightOf } from '../../aws/store/nights.ts';

const DATE = '2026-03-10';
const at = (time: string, day = DATE): string => `${day}T${time}+02:00`;

const period = (type: string, from: string, to: string, hours: number, changed: Period = {}): Period => ({
  ...{ id: `${type} ${from}`, type, bedtime_start: from, bedtime_end: to },
  ...{ total_sleep_duration: hours * 3600, average_hrv: 50, lowest_heart_rate: 48 },
  ...changed,
});
const MAIN = period('long_sleep', at('23:00:00', '2026-03-09'), at('06:00:00'), 6);
const LATER_PART = period('long_sleep', at('07:00:00'), at('09:00:00'), 2, { average_hrv: 60 });
const NAP = period('sleep', at('14:00:00'), at('14:45:00'), 0.5, {
  ...{ average_hrv: 90, lowest_heart_rate: 40, sleep_score_delta: 3, readiness_score_delta: 2 },
});

/** A night as it is stored: the metrics of all its periods. */
const stored = (periods: Period[], scores: Partial<NightMetrics> = {}) => ({
  ...nightOf(DATE, { ...periodMetrics(sleepDay(DATE, periods)), ...scores }),
  periods,
});
const SCORES = { sleep_score: 83, readiness_score: 80, sleep_restlessness: 70, sleep_timing: 90 };
const MEASURED = { temperature_delta: 0.2, breathing_disturbances: 5 };

describe('a night', () => {
  test('has no part of a nap in its metrics, and the nap beside them', () => {
    const night = datedNight(stored([MAIN, LATER_PART, NAP]));
    expect(night).toMatchObject({
      ...{ total_sleep_duration: 8 * 3600, hrv: 52.5, lowest_heart_rate: 48 },
      started_at: Date.parse(at('23:00:00', '2026-03-09')),
      ended_at: Date.parse(at('09:00:00')),
      naps: [{ ended_at: Date.parse(at('14:45:00')), seconds: 1800 }],
    });
    const { naps, ...without } = datedNight(stored([MAIN, LATER_PART]));
    expect(night).toMatchObject(without);
    expect(naps).toEqual([]);
  });

  test('has its parts if there are several, and the name of its ring if Oura names it', () => {
    const single = datedNight(stored([{ ...MAIN, ring_id: 'ring 1' }]));
    expect(single.ring_id).toBe('ring 1');
    expect(single.parts).toBeUndefined();
    const several = datedNight(stored([{ ...MAIN, ring_id: null }, LATER_PART, NAP]));
    expect(several).not.toHaveProperty('ring_id');
    expect(several.parts).toEqual([
      { started_at: Date.parse(at('23:00:00', '2026-03-09')), ended_at: Date.parse(at('06:00:00')) },
      { started_at: Date.parse(at('07:00:00')), ended_at: Date.parse(at('09:00:00')) },
    ]);
  });

  test('has the epochs awake of all its parts, or none if the phases of one are unknown', () => {
    const series = (of: Period, sleep_phase_5_min: string) => ({
      ...{ period_id: String(of['id']), sleep_phase_5_min },
      ...{ heart_rate: null, hrv: null },
    });
    const first = series(MAIN, '44221');
    const both = { ...stored([MAIN, LATER_PART, NAP]), series: [series(LATER_PART, '1411'), first] };
    expect(datedNight(both).awake).toEqual([
      {
        started_at: Date.parse(at('23:00:00', '2026-03-09')),
        ended_at: Date.parse(at('23:10:00', '2026-03-09')),
      },
      { started_at: Date.parse(at('07:05:00')), ended_at: Date.parse(at('07:10:00')) },
    ]);
    expect(datedNight({ ...both, series: [first] }).awake).toBeUndefined();
    expect(datedNight({ ...stored([]), series: [] }).awake).toBeUndefined();
  });

  test('loses what each nap added to its scores, and scores whose change is unknown', () => {
    expect(datedNight(stored([MAIN, NAP], { ...SCORES, ...MEASURED }))).toMatchObject({
      ...{ sleep_score: 80, readiness_score: 78, sleep_restlessness: null, sleep_timing: null },
      ...MEASURED,
    });
    const silent = { ...NAP, sleep_score_delta: null };
    expect(datedNight(stored([MAIN, silent], SCORES))).toMatchObject({
      sleep_score: null,
      readiness_score: 78,
    });
    expect(datedNight(stored([MAIN, LATER_PART], SCORES))).toMatchObject(SCORES);
  });

  test('of one period, or with an invalid main period, has the stored metrics', () => {
    const metrics = { ...SCORES, hrv: 47 };
    expect(datedNight({ ...nightOf(DATE, metrics), periods: [NAP] })).toMatchObject({ ...metrics, naps: [] });
    const invalid = { ...MAIN, total_sleep_duration: 'unknown' };
    expect(datedNight({ ...nightOf(DATE, metrics), periods: [invalid, NAP] })).toMatchObject(metrics);
  });

  test('that lasts has not ended', () => {
    expect(datedNight(stored([{ ...MAIN, bedtime_end: null }]))).toMatchObject({
      started_at: Date.parse(at('23:00:00', '2026-03-09')),
      ended_at: null,
    });
  });
});

describe('the night before an instant', () => {
  const ended = (date: string, end: string | null, periods: readonly Period[] = []) =>
    datedNight({ ...nightOf(date, { bedtime_end: end }), periods });
  const nights = [
    ended('2026-03-09', at('07:00:00', '2026-03-09')),
    datedNight(stored([MAIN, NAP])),
    ended('2026-03-11', at('08:00:00', '2026-03-11')),
    ended('2026-03-12', null),
  ];
  const dateBefore = (instant: string) => nightBefore(nights, Date.parse(instant))?.date;

  test.each([
    ['the night that ended that morning', at('18:00:00'), '2026-03-10'],
    ['also at its very end', at('06:00:00'), '2026-03-10'],
    [
      'for a session at 00:30, the night that ended the day before',
      at('00:30:00', '2026-03-11'),
      '2026-03-10',
    ],
    ['none that ended 24 h before', at('08:00:00', '2026-03-12'), undefined],
    ['none that lasts', at('20:00:00', '2026-03-12'), undefined],
    ['none before the first', at('20:00:00', '2026-03-08'), undefined],
  ])('is %s', (_which, instant, date) => {
    expect(dateBefore(instant)).toBe(date);
  });

  test.each([
    [at('14:44:00'), 0],
    [at('14:45:00'), 1800],
    [at('20:00:00'), 1800],
    [at('20:00:00', '2026-03-11'), 0],
    [at('20:00:00', '2026-03-12'), null],
  ])('at %s, the naps since that night are %s s', (instant, seconds) => {
    expect(napsBefore(nights, Date.parse(instant))).toBe(seconds);
  });

  test('a late nap, which has the date of the next day, counts on its own day', () => {
    const late = period('late_nap', at('18:15:00'), at('18:45:00'), 0.25);
    const next = period('long_sleep', at('23:00:00'), at('06:00:00', '2026-03-11'), 7);
    const both = [
      datedNight(stored([MAIN])),
      datedNight({
        ...nightOf('2026-03-11', { bedtime_end: at('06:00:00', '2026-03-11') }),
        periods: [late, next],
      }),
    ];
    expect(napsBefore(both, Date.parse(at('20:00:00')))).toBe(900);
  });
});
