import fc from 'fast-check';
import { effects } from '../../../services/insights/effects/effects.ts';
import type { Effect, EffectsReport } from '../../../services/insights/effects/effects-report.ts';
import { sentenceOf, wordsOf } from '../../../services/insights/effects/sentence.ts';
import type { History } from '../../../services/insights/insights.ts';
import { addDays, type Day, daysBetween } from '../../../shared/core/day.ts';
import { drawsFrom } from '../../helpers/draws.ts';
import { dayAt } from '../histories.ts';
import { historyOf } from './history-of.ts';

const of = ({ nights, training }: History) => effects(nights, training);
const asleepAndVolume = ({ primary }: EffectsReport): Effect => {
  const effect = primary.find(
    ({ sleep_metric, training_metric }) =>
      sleep_metric === 'total_sleep_duration' && training_metric === 'volume_load',
  );
  if (!effect) throw new Error('the pair is missing');
  return effect;
};
const likely = ({ primary }: EffectsReport): Effect[] =>
  primary.filter(({ verdict }) => verdict === 'likely');

describe('an effect of the night before', () => {
  const history = historyOf({ volume: ({ asleep }) => 0.6 * asleep });
  const { sleep_to_training: report } = of(history);
  const effect = asleepAndVolume(report);

  test('is one finding, with its true size in the interval', () => {
    // 0.6 · 800 kg per 3,000 s.
    const perHour = (0.6 * 800 * 3600) / 3000;
    expect(effect.verdict).toBe('likely');
    expect(effect.natural?.ci[0]).toBeLessThan(perHour);
    expect(effect.natural?.ci[1]).toBeGreaterThan(perHour);
    expect(report.exploratory).toEqual([]);
  });

  test('has a stability line', () => {
    expect(effect.stability?.thirds).toHaveLength(3);
    for (const third of effect.stability?.thirds ?? []) expect(third).toBeGreaterThan(0);
    expect(effect.stability?.months).toBeGreaterThan(10);
    expect(effect.stability?.months_held).toBeLessThanOrEqual(effect.stability?.months ?? 0);
    expect(effect.stability?.without_a_month[0]).toBeGreaterThan(0);
  });

  test('is stated in natural units, with direction, interval, sessions and months', () => {
    expect(effect.sentence).toMatch(
      /^After nights with an hour more sleep you lifted about [\d,]+ kg more \([\d,]+–[\d,]+; 180 sessions; holds in \d+ of \d+ months\)\.$/,
    );
  });

  test('disappears if the volumes are shuffled', () => {
    const draw = drawsFrom(3);
    const volumes = history.training.map(({ volume_load }) => volume_load);
    for (let place = volumes.length - 1; place > 0; place -= 1) {
      const other = draw(place + 1);
      [volumes[place], volumes[other]] = [volumes[other] ?? 0, volumes[place] ?? 0];
    }
    const training = history.training.map((day, at) => ({ ...day, volume_load: volumes[at] ?? 0 }));
    expect(likely(of({ ...history, training }).sleep_to_training)).toEqual([]);
  });

  test('keeps its p in other units and with another zero', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.integer({ min: 0, max: 20_000 }),
        (factor, added) => {
          const training = history.training.map((day) => ({
            ...day,
            volume_load: factor * day.volume_load + added,
          }));
          const scaled = asleepAndVolume(of({ ...history, training }).sleep_to_training);
          expect(scaled.p).toBeCloseTo(effect.p ?? 1, 9);
          expect((scaled.natural?.change ?? 0) / factor).toBeCloseTo(effect.natural?.change ?? 0, 3);
        },
      ),
      { numRuns: 3 },
    );
  });

  test('gives the same report again', () => {
    expect(of(history)).toEqual(of(history));
  });
});

test.each([1.5, 3, 6, 100])('an effect of %d times the noise is likely', (times) => {
  const history = historyOf({ volume: ({ asleep }) => asleep, noise: 1 / times });
  const { verdict, rho, ci } = asleepAndVolume(of(history).sleep_to_training);
  expect(verdict).toBe('likely');
  expect(ci?.[0]).toBeGreaterThan(0.5);
  expect(rho).toBeLessThan(1);
});

test('an effect of the night before last has that lag', () => {
  const { sleep_to_training: report } = of(historyOf({ volume: ({ earlier }) => 0.7 * earlier }));
  expect(asleepAndVolume(report).verdict).toBe('undecided');
  expect(report.exploratory.map(({ lead }) => lead.sentence)).toEqual([
    expect.stringMatching(/^With an hour more sleep two nights before you lifted about [\d,]+ kg more \(/),
  ]);
});

test('an effect that reverses is not averaged away', () => {
  const { sleep_to_training: report } = of(
    historyOf({ volume: ({ asleep, share }) => (share < 0.5 ? 0.9 : -0.9) * asleep }),
  );
  const effect = asleepAndVolume(report);
  expect(effect.reversal).toMatchObject({ since: expect.stringMatching(/^2026-/) });
  expect(effect.sentence).toMatch(
    /^After nights with an hour more sleep you lifted about [\d,]+ kg more until 2026-\d\d-\d\d, but about [\d,]+ kg less since then \(180 sessions\): the relation reversed\.$/,
  );
});

test('a turning point is found where training is best in the middle', () => {
  const { sleep_to_training: report } = of(historyOf({ volume: ({ asleep }) => -0.8 * asleep ** 2 }));
  const effect = asleepAndVolume(report);
  expect(effect.turning_point?.kind).toBe('highest');
  expect(Math.abs((effect.turning_point?.at ?? 0) - 25_200)).toBeLessThan(1500);
  expect(effect.sentence).toMatch(
    /^You lifted most after nights with time asleep around [67] h \d\d, and less on both sides of it \(180 sessions\)\.$/,
  );
});

test('a heavy session that worsens the next night is an effect of training, not of sleep', () => {
  const history = historyOf({ strain: -1, volume: ({ strain }) => -0.5 * strain });
  const { sleep_to_training, training_to_sleep } = of(history);
  expect(likely(sleep_to_training)).toEqual([]);
  expect(asleepAndVolume(training_to_sleep).sentence).toMatch(
    /^After sessions with 1,000 kg more volume you slept about \d+ minutes less the next night \(/,
  );
});

test('a nap after training does not count as sleep before it', () => {
  const { nights, training } = historyOf({});
  const volumeOn = new Map(training.map(({ date, volume_load }) => [date, volume_load]));
  const napping = nights.map((night) => {
    const volume = volumeOn.get(night.date);
    const ended_at = Date.parse(`${night.date}T20:00:00Z`);
    return volume === undefined ? night : { ...night, naps: [{ ended_at, seconds: volume }] };
  });
  expect(effects(napping, training).sleep_to_training).toEqual(effects(nights, training).sleep_to_training);
});

test('a short night before an early, light session is no effect of sleep', () => {
  const { nights, training } = historyOf({});
  const draw = drawsFrom(7);
  const early = new Set(training.filter(() => draw(2) === 0).map(({ date }) => date));
  const shortened = nights.map((night) =>
    early.has(night.date)
      ? { ...night, total_sleep_duration: (night.total_sleep_duration ?? 0) - 5000 }
      : night,
  );
  const lighter = training.map((day) =>
    early.has(day.date)
      ? { ...day, first_set_at: Date.parse(`${day.date}T07:00:00Z`), volume_load: day.volume_load - 1500 }
      : day,
  );
  expect(likely(effects(shortened, lighter).sleep_to_training)).toEqual([]);
});

test('a session after midnight is compared with the sleep before it', () => {
  const { nights, training } = historyOf({ volume: ({ asleep }) => 0.6 * asleep });
  // The session of day D at 18:00 moves to 00:30 of D + 1, before the night that ends on D + 1.
  const late = training.map((day) => {
    const date = addDays(day.date, 1);
    return { ...day, date, first_set_at: Date.parse(`${date}T00:30:00Z`) };
  });
  const sooner = nights.map((night) => ({
    ...night,
    started_at: Date.parse(`${night.date}T01:00:00Z`),
    ended_at: Date.parse(`${night.date}T07:00:00Z`),
  }));
  expect(asleepAndVolume(effects(sooner, late).sleep_to_training).verdict).toBe('likely');
});

test('says what would decide, and the smallest effect that would be found', () => {
  const effect = asleepAndVolume(of(historyOf({ sessions: 60 })).sleep_to_training);
  expect(effect.verdict).toBe('undecided');
  expect(effect.detectable).toBeGreaterThan(0);
  expect(effect.sentence).toMatch(
    /^Undecided: after nights with an hour more sleep you lifted between [\d.,]+ kg less and [\d.,]+ kg more \(60 sessions\)\. About [\d,]+ more sessions would decide\.$/,
  );
});

test('an effect that one third of the history contradicts is no matter of more sessions', () => {
  const effect = asleepAndVolume(
    of(historyOf({ volume: ({ asleep, share }) => (share < 2 / 3 ? 1.4 : -0.8) * asleep })).sleep_to_training,
  );
  expect(effect).toMatchObject({ verdict: 'undecided', sessions_to_decide: null });
  expect(effect.q).toBeLessThan(0.05);
  expect(effect.sentence).toMatch(
    /^Undecided: after nights with an hour more sleep you lifted between [\d.,]+ kg more and [\d.,]+ kg more, but not throughout your history \(180 sessions\)\.$/,
  );
});

test('no number of sessions that would decide is nearly nothing', () => {
  const undecided = [1, 2, 3, 4, 5, 6].flatMap((seed) =>
    of(
      historyOf({ seed, sessions: 60, volume: ({ asleep }) => 0.5 * asleep }),
    ).sleep_to_training.primary.filter(({ sessions_to_decide }) => sessions_to_decide !== null),
  );
  expect(undecided.length).toBeGreaterThan(30);
  // What is not certain at the level has a t below its quantile, and a power of 80 % needs 0.84 more.
  for (const { n, sessions_to_decide } of undecided) expect(sessions_to_decide).toBeGreaterThan(0.3 * n);
});

test.each([
  [[-400, -29], 'between 30 kg less and 400 kg less, which chance alone could explain (194 sessions).'],
  [[-120, 140], 'between 120 kg less and 140 kg more (194 sessions).'],
] as const)('an undecided interval of %j does not read like a claim', (ci, end) => {
  const pair = { sleep_metric: 'sleep_debt_7d', training_metric: 'volume_load', lag_days: 0 } as const;
  const sentence = sentenceOf(wordsOf(pair, 'sleep_to_training'), {
    ...{ n: 194, verdict: 'undecided', reversal: null, turning_point: null },
    ...{ beyond_chance: false, holds: false },
    ...{ sessions_to_decide: null, no_effect_beyond: 400 },
    natural: { per: 'an hour more sleep debt', change: (ci[0] + ci[1]) / 2, ci, unit: 'kg' },
    stability: { thirds: [0, 0, 0], months: 6, months_held: 3, without_a_month: [0, 0] },
  });
  expect(sentence).toBe(`Undecided: with an hour more sleep debt you lifted ${end}`);
});

test('with many sessions, says that there is no larger effect', () => {
  const effect = asleepAndVolume(of(historyOf({ sessions: 700 })).sleep_to_training);
  expect(effect.verdict).toBe('no larger effect');
  expect(effect.sentence).toMatch(
    /^No effect larger than [\d,]+ kg: after nights with an hour more sleep you lifted between /,
  );
});

test('does not test few sessions, nor a measure that hardly varies', () => {
  const few = asleepAndVolume(of(historyOf({ sessions: 19 })).sleep_to_training);
  expect(few).toMatchObject({ n: 19, verdict: 'not tested', rho: null, natural: null });
  expect(few.sentence).toBe(
    'Not tested (time asleep and volume load): 19 sessions with both, about 42 are needed.',
  );
  const { nights, training } = historyOf({});
  const same = training.map((day) => ({ ...day, volume_load: 5000 }));
  expect(asleepAndVolume(effects(nights, same).sleep_to_training)).toMatchObject({
    verdict: 'not tested',
    sentence: 'Not tested (time asleep and volume load): one of the two hardly varies.',
  });
});

test('as many sessions as it says are enough for a test, and far fewer are not', () => {
  const verdictOf = (sessions: number) => asleepAndVolume(of(historyOf({ sessions })).sleep_to_training);
  for (const sessions of [5, 25]) {
    const needed = Number(/about (\d+) are needed/.exec(verdictOf(sessions).sentence)?.[1]);
    expect(verdictOf(Math.round(0.65 * needed)).verdict).toBe('not tested');
    expect(verdictOf(needed).verdict).not.toBe('not tested');
  }
});

const FIRST = dayAt(0);

/** Sessions on some days of each week, with a cycle of two weeks in volume and time asleep. */
const rarelyWithCycle = (weekdays: readonly number[], seed: number): EffectsReport => {
  const { nights, training } = historyOf({ sessions: 360, seed });
  const cycleOn = (date: Day): number => Math.sin((2 * Math.PI * daysBetween(FIRST, date)) / 14);
  const cycling = nights.map((night) => ({
    ...night,
    total_sleep_duration: (night.total_sleep_duration ?? 0) + 4000 * cycleOn(night.date),
  }));
  const rare = training.slice(0, 50 * weekdays.length).map((day, at) => {
    const inWeek = weekdays[at % weekdays.length] ?? 0;
    const date = addDays(FIRST, 42 + 7 * Math.floor(at / weekdays.length) + inWeek);
    const first_set_at = Date.parse(`${date}T18:00:00Z`);
    return { ...day, date, first_set_at, volume_load: day.volume_load + 1200 * cycleOn(date) };
  });
  return effects(cycling, rare).sleep_to_training;
};

test('a shared cycle of two weeks is no effect, also with few sessions a week', () => {
  // A claim in 3 of 40 is chance.
  const claims = Array.from({ length: 20 }, (_, seed) => likely(rarelyWithCycle([1, 4], seed + 1)));
  expect(claims.filter(({ length }) => length > 0).length).toBeLessThan(5);
});

test('sessions that are too rare to know the cycles between them are not tested', () => {
  expect(asleepAndVolume(rarelyWithCycle([5], 5))).toMatchObject({
    verdict: 'not tested',
    sentence:
      'Not tested (time asleep and volume load): 50 sessions with both, but too few a week to tell an effect from a cycle of some weeks.',
  });
});

test('lists every primary pair in both directions, also without data', () => {
  const { sleep_to_training, training_to_sleep } = effects([], []);
  expect(sleep_to_training.primary).toHaveLength(12);
  expect(training_to_sleep.primary).toHaveLength(6);
});

test('no sentence claims a cause', () => {
  const reports = [
    historyOf({ volume: ({ asleep }) => asleep }),
    historyOf({ strain: -1 }),
    historyOf({ sessions: 12 }),
  ].flatMap((history) => Object.values(of(history)));
  for (const { sentence } of reports.flatMap(({ primary }) => primary))
    expect(sentence).not.toMatch(/because|caus|makes|made|leads|due to/i);
});

test('fatigue that grows over four days of training is no effect of sleep', () => {
  const { nights, training } = historyOf({ sessions: 360 });
  const dayOfRound = (date: Day): number => daysBetween(FIRST, date) % 5;
  const tired = nights.map((night) => ({
    ...night,
    total_sleep_duration: (night.total_sleep_duration ?? 0) - 1200 * dayOfRound(night.date) ** 2,
  }));
  const sessions = training.slice(0, 200).map((day, at) => {
    const date = addDays(FIRST, 45 + 5 * Math.floor(at / 4) + (at % 4));
    const volume_load = day.volume_load - 320 * dayOfRound(date) ** 2;
    return { ...day, date, first_set_at: Date.parse(`${date}T18:00:00Z`), volume_load };
  });
  expect(likely(effects(tired, sessions).sleep_to_training)).toEqual([]);
});
