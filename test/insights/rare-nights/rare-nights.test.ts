import {
  illnesses,
  newLevelFrom,
  simulatedNights,
  type Variation,
} from '../../../bench/rare-nights/histories.ts';
import { CLEAN } from '../../../bench/rare-nights/scenarios.ts';
import type { DatedNight } from '../../../services/insights/features/metric-values.ts';
import { ILLNESS } from '../../../services/insights/rare-nights/joint-metrics.ts';
import { rareNights } from '../../../services/insights/rare-nights/rare-nights.ts';
import type { Metric } from '../../../shared/core/metrics.ts';
import type { NightMetrics } from '../../../shared/core/sleep-record.ts';
import { dayAt, nightsOf } from '../histories.ts';

const find = (nights: readonly DatedNight[]) => {
  const [first] = nights;
  return rareNights(nights, { from: first?.date ?? '', to: nights.at(-1)?.date ?? '' });
};
const datesOf = (nights: readonly DatedNight[]) =>
  find(nights)
    .map(({ date }) => date)
    .sort();

/** 58 to 62 and back. */
const wave = (index: number): number => 60 + ((index * 3) % 5) - 2;

const YEAR = 365;
const STEADY: Variation = { memory: 0.5 };
/** A year of nights that vary by chance, except that the metrics of night 300 are replaced. */
const yearWith = (metrics: Partial<NightMetrics>, seed = 1): DatedNight[] =>
  simulatedNights(seed, YEAR, STEADY).map((night, index) =>
    index === 300 ? { ...night, ...metrics } : night,
  );
const onNight = (nights: readonly DatedNight[], index: number) => {
  const date = nights[index]?.date;
  return find(nights).find((rare) => rare.date === date);
};

describe('a rare night', () => {
  test('has its rarity, and the values outside the usual range with that range', () => {
    const rare = onNight(yearWith({ total_sleep_duration: 9000, heart_rate: 65 }), 300);
    expect(rare).toMatchObject({ kind: 'bad', once_in_nights: expect.any(Number) });
    expect(rare?.metrics.map(({ metric }) => metric).toSorted()).toEqual([
      'heart_rate',
      'total_sleep_duration',
    ]);
    for (const { value, usual, deviation } of rare?.metrics ?? []) {
      expect(usual[0]).toBeLessThan(usual[1]);
      expect(value < usual[0]).toBe(deviation < 0);
      expect(value > usual[1]).toBe(deviation > 0);
    }
    expect(rare?.sentence).toMatch(
      /^An unusually bad night: (time asleep 2 h 30 \(usual [5-6] h \d\d–[7-9] h \d\d\)|heart rate 65\.0 bpm \(usual [45]\d\.\d–[56]\d\.\d\)) and .*\.$/,
    );
  });

  test('names a bedtime as a clock time', () => {
    const nights = yearWith({
      bedtime_start: `${simulatedNights(1, YEAR, STEADY)[300]?.date}T04:10:00+00:00`,
    });
    expect(onNight(nights, 300)?.sentence).toMatch(/bedtime 04:10 \(usual 2\d:\d\d–[02]\d:\d\d\)/);
  });

  test.each([
    ['good', { hrv: 130, heart_rate: 42, lowest_heart_rate: 38 }],
    ['bad', { awake_duration: 9000, sleep_efficiency: 60, total_sleep_duration: 16_000 }],
    ['mixed', { hrv: 130, total_sleep_duration: 10_000, sleep_efficiency: 62 }],
    ['bad', { temperature_delta: -1.6 }],
  ] as const)('is %s with %j', (kind, metrics) => {
    expect(onNight(yearWith(metrics), 300)?.kind).toBe(kind);
  });

  test('is a possible illness if heart rate and temperature are up and HRV is down, in words that are no diagnosis', () => {
    const ill = {
      heart_rate: 63,
      lowest_heart_rate: 57,
      temperature_delta: 0.9,
      hrv: 34,
      breathing_rate: 15.8,
    };
    const rare = onNight(yearWith(ill), 300);
    expect(rare?.kind).toBe('possible illness');
    expect(rare?.metrics.map(({ metric }) => metric).toSorted()).toEqual(Object.keys(ILLNESS).toSorted());
    expect(rare?.sentence).toMatch(
      /^[A-Z].*, .* and .* moved as in an illness: .*\. Alcohol, heat or a hard day can look the same\.$/,
    );
    expect(onNight(yearWith({ ...ill, breathing_rate: null }), 300)?.kind).toBe('possible illness');
    expect(onNight(yearWith({ ...ill, breathing_rate: 13 }), 300)?.kind).not.toBe('possible illness');
    expect(onNight(yearWith({ ...ill, hrv: 80 }), 300)?.kind).not.toBe('possible illness');
    expect(onNight(yearWith({ ...ill, temperature_delta: null }), 300)?.kind).not.toBe('possible illness');
  });

  test('can be a combination of values that are usual alone', () => {
    const [first] = find(simulatedNights(1, 3 * YEAR, STEADY)).filter(({ metrics }) =>
      metrics.every(({ value, usual }) => value >= usual[0] && value <= usual[1]),
    );
    expect(first?.sentence ?? 'An unusual combination of usual values: ').toMatch(/^An unusual combination/);
  });

  test('is in an episode with the rare nights next to it, also over one missing night', () => {
    const odd = new Map([
      [140, 30],
      [141, 31],
      [143, 29],
      [150, 130],
    ]);
    const nights = nightsOf(200, (index) => ({
      hrv: index === 142 ? null : (odd.get(index) ?? wave(index)),
    }));
    const episode = { first: dayAt(140), last: dayAt(143), nights: 3 };
    expect(find(nights).map(({ date, episode: of }) => [date, of])).toEqual(
      expect.arrayContaining([
        [dayAt(140), episode],
        [dayAt(143), episode],
        [dayAt(150), { first: dayAt(150), last: dayAt(150), nights: 1 }],
      ]),
    );
  });
});

test('the rarest night is first', () => {
  const nights = simulatedNights(2, 3 * YEAR, { shape: 'heavy' });
  const rarities = find(nights).map(({ once_in_nights }) => once_in_nights);
  expect(rarities.length).toBeGreaterThan(1);
  expect(rarities).toEqual(rarities.toSorted((one, other) => other - one));
});

test('nothing is rare in the first four weeks, but an illness is in the second month', () => {
  const odd = (night: number) =>
    datesOf(nightsOf(50, (index) => ({ hrv: index === night ? 5 : wave(index), heart_rate: wave(index) })));
  expect(odd(27)).toEqual([]);
  expect(odd(45)).toEqual([dayAt(45)]);
});

test('late Saturdays are usual, a late Tuesday is rare', () => {
  const late = (index: number) => index % 7 === 2 || index === 138;
  const nights = nightsOf(150, (index) => ({
    total_sleep_duration: (late(index) ? 34_200 : 27_000) + 60 * (index % 4),
  }));
  expect(datesOf(nights).filter((date) => date >= dayAt(100))).toEqual([dayAt(138)]);
});

test('at most six nights a year are rare if nothing happened, whatever the distribution of the values', () => {
  // npm run bench:rare-nights checks each kind of history.
  const found = Object.values(CLEAN).map((variation) => find(simulatedNights(9, 2 * YEAR, variation)).length);
  expect(found.reduce((sum, count) => sum + count, 0) / (found.length * 2)).toBeLessThanOrEqual(6);
});

test('most illnesses are found, also if there were others in the year before', () => {
  const starts = Array.from({ length: 6 }, (_, index) => 120 + 100 * index);
  const found = Array.from({ length: 3 }, (_, seed) => {
    const nights = simulatedNights(700 + seed, 2 * YEAR, { ...STEADY, change: illnesses(starts, 3) });
    const rare = new Set(datesOf(nights));
    return starts.filter((start) => [0, 1].some((more) => rare.has(nights[start + more]?.date ?? ''))).length;
  });
  expect(found.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(16);
});

describe('no alarm', () => {
  const HOUR = 3600_000;
  const shortened: Partial<NightMetrics> = {
    total_sleep_duration: 13_000,
    deep_sleep_duration: 1500,
    sleep_latency: 2400,
  };
  const split = (change: (night: DatedNight) => Partial<DatedNight>, body: Partial<NightMetrics> = {}) =>
    simulatedNights(1, YEAR, STEADY).map((night, index) =>
      index === 300 ? { ...night, ...shortened, ...body, ...change(night) } : night,
    );
  const inParts = ({ started_at, ended_at }: DatedNight) => {
    const [start, end] = [started_at ?? 0, ended_at ?? 0];
    return {
      parts: [
        { started_at: start, ended_at: start + 3 * HOUR },
        { started_at: end - 3 * HOUR, ended_at: end },
      ],
    };
  };
  const napAt =
    (hoursAfter: number, hours: number) =>
    ({ ended_at }: DatedNight) => ({
      naps: [{ ended_at: (ended_at ?? 0) + (hoursAfter + hours) * HOUR, seconds: hours * 3600 }],
    });

  test('is raised by a night in two parts, however far apart', () => {
    expect(
      onNight(
        split(() => ({})),
        300,
      ),
    ).toBeDefined();
    expect(onNight(split(inParts), 300)).toBeUndefined();
    expect(onNight(split(napAt(2, 1.5)), 300)).toBeUndefined();
    expect(onNight(split(napAt(5, 3.5)), 300)).toBeUndefined();
    expect(onNight(split(napAt(5, 1.5)), 300)).toBeDefined();
    expect(onNight(split(napAt(1, 0.5)), 300)).toBeDefined();
  });

  test('is lost if the body is unusual in a night of two parts', () => {
    expect(onNight(split(inParts, { heart_rate: 68, temperature_delta: 1.2, hrv: 25 }), 300)?.kind).toBe(
      'possible illness',
    );
  });

  test('is raised by a new ring, even if its level is known for a few nights only', () => {
    const variation = { ...STEADY, change: newLevelFrom(300, 6) };
    const since = (nights: readonly DatedNight[]) =>
      datesOf(nights).filter((date) => date >= (nights[300]?.date ?? ''));
    expect(since(simulatedNights(3, 303, variation))).not.toEqual([]);
    expect(since(simulatedNights(3, 303, { ...variation, newRing: 300 }))).toEqual([]);
    expect(since(simulatedNights(3, 400, { ...variation, newRing: 300 })).length).toBeLessThanOrEqual(1);
  });

  test('is raised by a level that lasts, once it has lasted for two weeks', () => {
    const step = (nights: number) =>
      datesOf(nightsOf(nights, (index) => ({ hrv: wave(index) + (index >= 150 ? 30 : 0) })));
    expect(step(152)).toEqual([dayAt(150), dayAt(151)]);
    expect(step(164)).toEqual([]);
    expect(step(300)).toEqual([]);
  });

  test('is lost during an illness of nine nights', () => {
    const nights = nightsOf(200, (index) => ({ hrv: wave(index) - (index >= 150 && index < 159 ? 30 : 0) }));
    expect(datesOf(nights).filter((date) => date >= dayAt(150) && date < dayAt(156))).toHaveLength(6);
  });
});

test('later nights change no earlier rare night', () => {
  const nights = simulatedNights(5, 2 * YEAR, { shape: 'heavy' });
  const cut = 500;
  const changed = nights.map((night, index) =>
    index > cut ? { ...night, hrv: 20 + (index % 3) * 40, heart_rate: 40 + (index % 5) * 9 } : night,
  );
  const until = { from: nights[0]?.date ?? '', to: nights[cut]?.date ?? '' };
  expect(rareNights(nights, until).length).toBeGreaterThan(1);
  const withoutEpisode = (all: readonly DatedNight[]) =>
    rareNights(all, until).map(({ episode, ...night }) => night);
  expect(withoutEpisode(changed)).toEqual(withoutEpisode(nights));
  expect(withoutEpisode(nights.slice(0, cut + 1))).toEqual(withoutEpisode(nights));
});

test('a range leaves out the nights around it, not their effect', () => {
  const nights = simulatedNights(5, 2 * YEAR, { shape: 'heavy' });
  const range = { from: nights[400]?.date ?? '', to: nights[600]?.date ?? '' };
  expect(rareNights(nights, range)).toEqual(
    find(nights).filter(({ date }) => date >= range.from && date <= range.to),
  );
});

test('a metric without values is no reason', () => {
  const without = new Set<Metric>(['hrv', 'temperature_delta']);
  const nights = simulatedNights(6, YEAR, { shape: 'heavy' }).map((night) => ({
    ...night,
    hrv: null,
    temperature_delta: null,
  }));
  const rare = find(nights);
  expect(rare).not.toEqual([]);
  expect(rare.flatMap(({ metrics }) => metrics).filter(({ metric }) => without.has(metric))).toEqual([]);
});
