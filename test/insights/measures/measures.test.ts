import { measuresText } from '../../../services/cli/print/insights/measures.ts';
import type { DatedNight } from '../../../services/insights/features/metric-values.ts';
import { measureRows } from '../../../services/insights/measures/describe.ts';
import { measures } from '../../../services/insights/measures/measures.ts';
import type { TrainingDay } from '../../../services/insights/training/training-day.ts';
import type { Day } from '../../../shared/core/day.ts';
import { dayAt, nightsOf, trainingOf } from '../histories.ts';

const closeTo = (expected: number) => expect.closeTo(expected, 9);

const DAYS = 100;
const LAST = DAYS - 1;
const isWeekend = (index: number): boolean =>
  [0, 6].includes(new Date(`${dayAt(index)}T12:00:00Z`).getUTCDay());

/** A wall-clock time on the day, in a zone with an offset. */
const at = (index: number, minutes: number): string =>
  `${new Date(Date.parse(`${dayAt(index)}T00:00:00Z`) + minutes * 60_000).toISOString().slice(0, 19)}+05:30`;

/** The nights of reference_values.py. */
const NIGHTS: readonly DatedNight[] = nightsOf(DAYS, (index) => {
  const weekend = isWeekend(index) ? 1 : 0;
  return {
    bedtime_start: at(index, -60 + ((index * 37) % 90) + 60 * weekend),
    sleep_latency: ((index * 17) % 30) * 60,
    bedtime_end: at(index, 420 + ((index * 53) % 80) + 75 * weekend),
    hrv: 50 + ((index * 29) % 31),
  };
})
  .map((night, index) =>
    index % 9 === 0
      ? { ...night, naps: [{ ended_at: Date.parse(at(index, 15 * 60)), seconds: 2400 }] }
      : night,
  )
  .filter((_, index) => index % 13 !== 5);

/** The training of reference_values.py. */
const TRAINING: readonly TrainingDay[] = Array.from({ length: DAYS }, (_, index) =>
  trainingOf(index, {
    volume_load: 3000 + ((index * 311) % 2500),
    rpe: 5 + (index % 4),
    minutes: 40 + ((index * 7) % 35),
    exercises: [
      {
        exercise: 'Squat',
        volume_load: 1000,
        estimated_1rm: 100 + 0.2 * index + ((index * 7) % 11) * 0.5,
        estimated_1rm_change: null,
      },
      { exercise: 'Plank', volume_load: 0, estimated_1rm: null, estimated_1rm_change: null },
    ],
  }),
).filter((_, index) => index % 3 === 0);

const current = (
  nights: readonly DatedNight[] = NIGHTS,
  training: readonly TrainingDay[] = TRAINING,
  to: Day = dayAt(LAST),
) => measures(nights, training, { from: dayAt(0), to }).weeks.at(-1);

describe('match the values of NumPy and pandas from the definitions (reference_values.py)', () => {
  test('midsleep, social jetlag and MSFsc', () => {
    expect(current()).toMatchObject({
      midsleep: closeTo(256),
      social_jetlag: closeTo(67.18055555555554),
      midsleep_free_corrected: closeTo(294.21031746031747),
    });
  });

  test('the Sleep Regularity Index, with naps', () => {
    expect(current()?.sleep_regularity).toEqual(closeTo(85.60386473429952));
  });

  test('ln rMSSD, its variation and the smallest worthwhile change', () => {
    expect(current()).toMatchObject({
      ln_rmssd: closeTo(4.235420350422636),
      ln_rmssd_cv: closeTo(3.9234593669045137),
      ln_rmssd_usual: [closeTo(4.098504854483463), closeTo(4.237521201280926)],
    });
  });

  test('load, monotony, strain and uncoupled ratio', () => {
    expect(current()).toMatchObject({
      session_rpe: {
        load: 1145,
        monotony: closeTo(0.7341765649352592),
        strain: closeTo(840.6321668508718),
        ratio: closeTo(1.4610803913228414),
      },
      volume: {
        load: 13_568,
        monotony: closeTo(0.7879435322091582),
        strain: closeTo(10_690.81784501386),
        ratio: closeTo(1.3642122197271844),
      },
    });
  });

  test('the trend of an exercise', () => {
    const { exercises } = measures(NIGHTS, TRAINING, { from: dayAt(0), to: dayAt(LAST) });
    expect(exercises).toEqual([
      {
        exercise: 'Squat',
        n: 30,
        latest: { date: dayAt(99), estimated_1rm: closeTo(119.8) },
        best: { date: dayAt(99), estimated_1rm: closeTo(119.8) },
        slope_per_day: closeTo(0.18),
        slope_ci: [expect.any(Number), expect.any(Number)],
      },
    ]);
  });
});

describe('known values', () => {
  const steady = (parts: Partial<DatedNight> = {}) =>
    nightsOf(40, (index) => ({ bedtime_start: at(index, -60), bedtime_end: at(index, 420) })).map(
      (night) => ({
        ...night,
        ...parts,
      }),
    );

  test('the same sleep every day has an index of 100', () => {
    expect(current(steady(), [], dayAt(39))?.sleep_regularity).toBe(100);
  });

  test('a missing night lowers no index, also of people who sleep by day', () => {
    const byDay = nightsOf(40, (index) => ({ bedtime_start: at(index, 480), bedtime_end: at(index, 960) }));
    const some = (nights: readonly DatedNight[]) => nights.filter((_, index) => index % 4 !== 0);
    expect(current(some(byDay), [], dayAt(39))?.sleep_regularity).toBe(100);
    expect(current(some(steady()), [], dayAt(39))?.sleep_regularity).toBe(100);
  });

  test('an hour awake in a different place each night lowers the index by 2 · 2 h / 24 h', () => {
    const nights = steady().map((night, index): DatedNight => {
      const start = night.started_at ?? 0;
      const pause = start + (index % 2 === 0 ? 2 : 5) * 3600_000;
      return {
        ...night,
        parts: [
          { started_at: start, ended_at: pause },
          { started_at: pause + 3600_000, ended_at: night.ended_at ?? 0 },
        ],
      };
    });
    expect(current(nights, [], dayAt(39))?.sleep_regularity).toEqual(closeTo(100 - (200 * 2) / 24));
  });

  test('epochs awake are no sleep, and replace the time to fall asleep', () => {
    const nights = steady().map((night, index): DatedNight => {
      const pause = (night.started_at ?? 0) + (index % 2 === 0 ? 2 : 5) * 3600_000;
      return { ...night, sleep_latency: 7200, awake: [{ started_at: pause, ended_at: pause + 1800_000 }] };
    });
    expect(current(nights, [], dayAt(39))?.sleep_regularity).toEqual(closeTo(100 - 200 / 24));
  });

  test('sleep that moves by twelve hours every day has an index below 0', () => {
    const nights = nightsOf(40, (index) => ({
      bedtime_start: at(index, index % 2 === 0 ? -600 : 60),
      bedtime_end: at(index, index % 2 === 0 ? 0 : 660),
    }));
    expect(current(nights, [], dayAt(39))?.sleep_regularity).toBeLessThan(0);
  });

  test('without catching up on sleep, the corrected midsleep is that of the weekend', () => {
    const nights = nightsOf(40, (index) => {
      const later = isWeekend(index) ? 90 : 0;
      return { bedtime_start: at(index, -60 + later), bedtime_end: at(index, 420 + later) };
    });
    expect(current(nights, [], dayAt(39))).toMatchObject({ social_jetlag: 90, midsleep_free_corrected: 270 });
    const shorter = nightsOf(40, (index) => {
      const free = isWeekend(index);
      return { bedtime_start: at(index, free ? 60 : -60), bedtime_end: at(index, free ? 480 : 420) };
    });
    expect(current(shorter, [], dayAt(39))).toMatchObject({
      social_jetlag: 90,
      midsleep_free_corrected: 270,
    });
  });
});

describe('are null with too little data:', () => {
  const since = (index: number) => NIGHTS.filter(({ date }) => date >= dayAt(index));

  test.each([
    ['midsleep', 4],
    ['ln_rmssd', 3],
    ['ln_rmssd_cv', 3],
  ] as const)('%s with fewer than %i nights in the week', (measure, fewest) => {
    const week = NIGHTS.filter(({ date }) => date > dayAt(LAST - 7));
    expect(current(week.slice(-fewest))?.[measure]).not.toBeNull();
    expect(current(week.slice(1 - fewest))?.[measure]).toBeNull();
  });

  test('social jetlag with fewer than 3 free days or 6 work days', () => {
    const free = NIGHTS.slice(-24).filter(({ date }) =>
      [0, 6].includes(new Date(`${date}T12:00:00Z`).getUTCDay()),
    );
    const work = NIGHTS.slice(-24).filter((night) => !free.includes(night));
    expect(current([...free.slice(-3), ...work.slice(-6)])?.social_jetlag).not.toBeNull();
    expect(current([...free.slice(-2), ...work])?.social_jetlag).toBeNull();
    expect(current([...free, ...work.slice(-5)])?.midsleep_free_corrected).toBeNull();
  });

  test('regularity with fewer than 7 pairs of days', () => {
    const nights = nightsOf(8, (index) => ({ bedtime_start: at(index, -60), bedtime_end: at(index, 420) }));
    expect(current(nights, [], dayAt(7))?.sleep_regularity).toBe(100);
    expect(current(nights.slice(1), [], dayAt(7))?.sleep_regularity).toBeNull();
  });

  test('the range of HRV with fewer than 30 nights before the week', () => {
    expect(current(since(60))?.ln_rmssd_usual).not.toBeNull();
    expect(current(since(62))?.ln_rmssd_usual).toBeNull();
  });

  test('session-RPE load if a session of the week has no rating or duration', () => {
    const without = (change: Partial<TrainingDay>) =>
      current(
        NIGHTS,
        TRAINING.map((day) => (day.date === dayAt(96) ? { ...day, ...change } : day)),
      );
    for (const change of [{ rpe: null }, { minutes: null }]) {
      expect(without(change)?.session_rpe).toBeNull();
      expect(without(change)?.volume?.load).toBe(13_568);
    }
  });

  test('loads before a week of training, ratios before four, and monotony of equal days', () => {
    const from = (index: number) => TRAINING.filter(({ date }) => date >= dayAt(index));
    expect(current(NIGHTS, from(96))?.volume).toBeNull();
    expect(current(NIGHTS, from(93))?.volume).toMatchObject({ ratio: null, load: expect.any(Number) });
    expect(current(NIGHTS, from(72))?.volume?.ratio).not.toBeNull();
    expect(current(NIGHTS, from(75))?.volume?.ratio).toBeNull();
    expect(current(NIGHTS, TRAINING, dayAt(130))?.volume).toEqual({
      load: 0,
      monotony: null,
      strain: null,
      ratio: null,
    });
  });

  test('a trend with fewer than 8 days of an exercise; without one in 90 days, the exercise is left out', () => {
    const { exercises } = measures([], TRAINING.slice(-7), { from: dayAt(0), to: dayAt(LAST) });
    expect(exercises).toMatchObject([{ n: 7, slope_per_day: null, slope_ci: null }]);
    expect(measures([], TRAINING, { from: dayAt(0), to: dayAt(189) }).exercises).toEqual([]);
  });
});

test('there is a row for each week of the range, the last one up to the last day', () => {
  const { weeks } = measures(NIGHTS, TRAINING, { from: dayAt(80), to: dayAt(LAST) });
  expect(weeks.map(({ date }) => date)).toEqual([dayAt(85), dayAt(92), dayAt(99)]);
  expect(weeks.at(-1)).toEqual(current());
});

test('later data changes no earlier week', () => {
  const { weeks } = measures(NIGHTS, TRAINING, { from: dayAt(0), to: dayAt(LAST) });
  const earlier = measures(
    NIGHTS.filter(({ date }) => date <= dayAt(71)),
    TRAINING.filter(({ date }) => date <= dayAt(71)),
    { from: dayAt(0), to: dayAt(71) },
  );
  expect(weeks.filter(({ date }) => date <= dayAt(71))).toEqual(earlier.weeks);
});

test('each known measure has a value and a sentence for people, and an unknown one has no row', () => {
  const rows = measureRows(measures(NIGHTS, TRAINING, { from: dayAt(0), to: dayAt(LAST) }));
  expect(rows.map(({ label, value }) => [label, value])).toEqual([
    ['midsleep', '04:16'],
    ['social jetlag', '1 h 07'],
    ['chronotype (MSFsc)', '04:54'],
    ['sleep regularity', '86'],
    ['HRV (ln rMSSD)', '4.24'],
    ['HRV variation', '3.9 %'],
    ['session-RPE load', '1,145'],
    ['session-RPE load: monotony', '0.73'],
    ['volume load', '13,568 kg'],
    ['volume load: monotony', '0.79'],
    ['1RM of Squat', '119.8 kg'],
  ]);
  for (const { meaning } of rows) expect(meaning).toMatch(/^[A-Z+−\d].*\.$/);
  expect(rows.at(-1)?.meaning).toMatch(
    /^[+−]?\d+\.\d kg in 30 days \(95 % interval [+−]?\d+\.\d to [+−]?\d+\.\d; \d+ training days in the last 90\)\.$/,
  );
  const none = measures([], [], { from: dayAt(0), to: dayAt(LAST) });
  expect(measureRows(none)).toEqual([]);
  expect(measuresText(none)).toContain('None.');
});
