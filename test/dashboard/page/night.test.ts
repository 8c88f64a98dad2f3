import { hourTicks, nightClock } from '../../../services/dashboard/page/night/night-clock.ts';
import {
  curveOf,
  lowestOf,
  type PlacedPeriod,
  placedPeriods,
  stretchesOf,
} from '../../../services/dashboard/page/night/placed-periods.ts';
import { pausesOf, segmentsOf } from '../../../services/dashboard/page/night/time-axis.ts';
import type { NightPeriod, NightSample } from '../../../services/dashboard/server/api.ts';
import { seriesOf } from '../../../services/insights/export/series.ts';
import { ringNights } from '../../helpers/ring-nights.ts';

const ZONE = 'America/Los_Angeles';
const PHASE_S = 300;
const MINUTE = 60_000;
const STEP = PHASE_S * 1000;

const periodOf = (start: string, end: string | null, changes: Partial<NightPeriod> = {}): NightPeriod => ({
  type: 'long_sleep',
  role: 'part',
  start,
  end,
  samples: [],
  ...changes,
});
const placed = (...periods: NightPeriod[]): PlacedPeriod[] =>
  placedPeriods({ periods, phase_seconds: PHASE_S });

/** Samples from `start`, one per phase; a null value has none. */
const phasesFrom = (start: string, phases: readonly NightSample['phase'][]): NightSample[] =>
  phases.flatMap((phase, index) =>
    phase === null ? [] : [{ at: Date.parse(start) + index * STEP, phase, heart_rate: null, hrv: null }],
  );
const ratesFrom = (start: string, rates: readonly (number | null)[]): NightSample[] =>
  rates.flatMap((heart_rate, index) =>
    heart_rate === null ? [] : [{ at: Date.parse(start) + index * STEP, phase: null, heart_rate, hrv: null }],
  );

const START = '2026-03-09T23:00:00-07:00';
const END = '2026-03-10T07:00:00-07:00';

describe('the stages of a period', () => {
  const minutesOf = (period: NightPeriod) =>
    placed(period).flatMap((each) =>
      stretchesOf(each, PHASE_S).map(({ stage, from, to }) => [
        stage,
        (from - each.from) / MINUTE,
        (to - each.from) / MINUTE,
      ]),
    );

  test('equal neighbours are one stretch, and time without a stage is unknown', () => {
    const samples = phasesFrom(START, ['awake', 'light', 'light', null, null, 'light', 'deep']);
    const end = '2026-03-09T23:40:00-07:00';
    expect(minutesOf(periodOf(START, end, { samples }))).toEqual([
      ['awake', 0, 5],
      ['light', 5, 15],
      ['unknown', 15, 25],
      ['light', 25, 30],
      ['deep', 30, 35],
      ['unknown', 35, 40],
    ]);
  });

  test('the last one ends with the period, and a period without an end lasts until its last stage', () => {
    const samples = phasesFrom(START, ['light', 'rem']);
    expect(minutesOf(periodOf(START, '2026-03-09T23:08:00-07:00', { samples }))).toEqual([
      ['light', 0, 5],
      ['rem', 5, 8],
    ]);
    expect(minutesOf(periodOf(START, null, { samples }))).toEqual([
      ['light', 0, 5],
      ['rem', 5, 10],
    ]);
  });

  test('a period without stages is one unknown stretch', () => {
    expect(minutesOf(periodOf(START, END))).toEqual([['unknown', 0, 480]]);
  });

  test('divide each simulated night as sleep_phase_5_min does, without a gap or an overlap', () => {
    for (const night of ringNights('2026-01-20', '2026-03-10')) {
      const samples = seriesOf([night]);
      const periods = night.series.map(({ period_id }) => {
        const { bedtime_start, bedtime_end } = night.periods.find(({ id }) => id === period_id) ?? {};
        return periodOf(String(bedtime_start), String(bedtime_end), {
          samples: samples.filter((sample) => sample.period_id === period_id),
        });
      });
      for (const each of placed(...periods)) {
        const stretches = stretchesOf(each, PHASE_S);
        expect(stretches[0]?.from).toBe(each.from);
        expect(stretches.at(-1)?.to).toBe(each.to);
        for (const { at, phase } of each.period.samples)
          expect(stretches.filter(({ from, to }) => from <= at && at < to)).toMatchObject([{ stage: phase }]);
        for (const [index, { from }] of stretches.slice(1).entries()) expect(from).toBe(stretches[index]?.to);
      }
    }
  });
});

describe('a curve', () => {
  test('has every value, and a run ends at a missing one and at the end of a period', () => {
    const later = '2026-03-10T13:00:00-07:00';
    const curve = curveOf(
      placed(
        periodOf(START, END, { samples: ratesFrom(START, [52, 51, null, 50, 49]) }),
        periodOf(later, '2026-03-10T14:00:00-07:00', { samples: ratesFrom(later, [60]) }),
      ),
      'heart_rate',
    );
    expect(curve.map(({ value }) => value)).toEqual([52, 51, 50, 49, 60]);
    const runs = curve.map(({ run }) => run);
    expect(runs.map((run) => runs.indexOf(run))).toEqual([0, 0, 2, 2, 4]);
  });

  test('has its lowest point at the first of equal values', () => {
    const samples = ratesFrom(START, [52, 48, 50, 48]);
    const points = curveOf(placed(periodOf(START, END, { samples })), 'heart_rate');
    expect(lowestOf(points)).toMatchObject({ at: Date.parse(START) + STEP, value: 48 });
    expect(lowestOf([])).toBeUndefined();
  });
});

describe("the sleeper's clock", () => {
  const hoursOf = (periods: PlacedPeriod[], zone: string) => {
    const clock = nightClock(periods, zone);
    const [from, to] = [periods[0]?.from ?? 0, periods.at(-1)?.to ?? 0];
    return {
      change: clock.changes.night,
      hours: hourTicks(clock, { from, to }, 24).map((at) => clock.minutesAt(at) / 60),
    };
  };

  test('skips an hour when the clock is set forward, and has one twice when it is set back', () => {
    const forward = placed(periodOf('2026-03-07T23:30:00-08:00', '2026-03-08T06:30:00-07:00'));
    expect(hoursOf(forward, ZONE)).toEqual({ change: 60, hours: [0, 1, 3, 4, 5, 6] });
    const back = placed(periodOf('2026-10-31T23:30:00-07:00', '2026-11-01T04:30:00-08:00'));
    expect(hoursOf(back, ZONE)).toEqual({ change: -60, hours: [0, 1, 1, 2, 3, 4] });
    const half = placed(periodOf('2026-04-05T00:00:00+11:00', '2026-04-05T04:30:00+10:30'));
    expect(hoursOf(half, 'Australia/Lord_Howe')).toEqual({ change: -30, hours: [0, 1, 2, 3, 4] });
  });

  test('on a journey, it changes at the end of the sleep', () => {
    const flight = placed(periodOf('2026-03-09T23:00:00-07:00', '2026-03-10T13:00:00+02:00'));
    const clock = nightClock(flight, ZONE);
    expect(clock.minutesAt(Date.parse('2026-03-10T03:00:00-07:00'))).toBe(3 * 60);
    expect(clock.minutesAt(Date.parse('2026-03-10T13:00:00+02:00'))).toBe(13 * 60);
    expect(clock.changes).toEqual({ night: 9 * 60, all: 9 * 60 });
    const abroad = placed(periodOf('2026-03-09T23:00:00+01:00', '2026-03-10T13:00:00+02:00'));
    expect(nightClock(abroad, ZONE).minutesAt(Date.parse('2026-03-10T03:00:00+01:00'))).toBe(3 * 60);
  });

  test('names as many hours as fit, at whole steps of a day', () => {
    const [night] = placed(periodOf(START, END));
    if (!night) throw new Error('no period');
    const clock = nightClock([night], ZONE);
    const hours = (most: number) => hourTicks(clock, night, most).map((at) => clock.minutesAt(at) / 60);
    expect(hours(8)).toEqual([23, 0, 1, 2, 3, 4, 5, 6, 7]);
    expect(hours(4)).toEqual([0, 2, 4, 6]);
    expect(hours(2)).toEqual([0, 4]);
    expect(hours(0.1)).toEqual([]);
  });
});

describe('the axis of time', () => {
  const nap = (start: string, end: string) =>
    periodOf(`2026-03-10T${start}:00-07:00`, `2026-03-10T${end}:00-07:00`, { role: 'nap', type: 'sleep' });
  const first = periodOf('2026-03-09T22:00:00-07:00', '2026-03-10T02:00:00-07:00');
  const second = periodOf('2026-03-10T04:30:00-07:00', '2026-03-10T08:00:00-07:00');

  test('has the parts of the night to scale, and shortens the day before a nap', () => {
    const periods = placed(first, second, nap('14:00', '15:00'));
    const [night, day] = segmentsOf(periods, 50, 1050);
    expect(night).toMatchObject({ from: periods[0]?.from, to: periods[1]?.to, x1: 50 });
    expect(day).toMatchObject({ from: periods[2]?.from, to: periods[2]?.to, x2: 1050 });
    if (!night || !day) throw new Error('no segments');
    const perHour = ({ from, to, x1, x2 }: typeof night) => (x2 - x1) / ((to - from) / 3_600_000);
    expect(perHour(day)).toBeCloseTo(perHour(night), 9);
    expect(day.x1 - night.x2).toBeLessThan(perHour(night));
    expect(pausesOf(periods).map(({ from, to }) => (to - from) / 3_600_000)).toEqual([2.5, 6]);
    expect(pausesOf(placed(first, { ...second, start: first.end }))).toEqual([]);
  });

  test('of any width and with any number of naps, keeps the order, and shows every period', () => {
    const naps = ['10:00', '12:00', '14:00', '16:00', '18:00', '20:00'].map((start) =>
      nap(start, start.replace(':00', ':20')),
    );
    for (const width of [150, 320, 900])
      for (let count = 0; count <= naps.length; count += 1) {
        const segments = segmentsOf(placed(first, second, ...naps.slice(0, count)), 0, width);
        expect(segments).toHaveLength(count + 1);
        expect(segments.at(-1)?.x2).toBeCloseTo(width, 6);
        for (const [index, { x1, x2 }] of segments.entries()) {
          expect(x2 - x1).toBeGreaterThan(3);
          expect(x1).toBeGreaterThan(segments[index - 1]?.x2 ?? -1);
        }
      }
  });
});

test('a period that does not count or has no start has no place', () => {
  expect(placed(periodOf(START, END, { role: 'ignored' }), { ...periodOf(START, END), start: null })).toEqual(
    [],
  );
});
