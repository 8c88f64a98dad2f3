import { type Correlation, correlate, correlations, isClaim } from '../../services/insights/correlations.ts';
import { effects } from '../../services/insights/effects/effects.ts';
import { type History, insights, knownOnMorning } from '../../services/insights/insights.ts';
import { rareNights } from '../../services/insights/rare-nights/rare-nights.ts';
import { createLifter, NO_EFFECTS } from '../../services/ring-simulator/sleeper/lifter.ts';
import { addDays } from '../../shared/core/day.ts';
import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { nightOf, STORED } from '../aws/store/nights.ts';
import { dayAt, nightsOf, normalsFrom, trainingOf } from './histories.ts';

const ZONE = 'America/Los_Angeles';

/** Training on every second day, whose volume follows the sleep of the night `lag` days before. */
const history = (days: number, lag: number, strength: number): History => {
  const normal = normalsFrom(7);
  const asleep = Array.from({ length: days }, () => 27_000 + 2400 * normal());
  return {
    nights: nightsOf(days, (index) => ({
      total_sleep_duration: Math.round(asleep[index] ?? 0),
      hrv: 60 + normal(),
    })),
    training: Array.from({ length: Math.floor((days - 4) / 2) }, (_, half) => {
      const index = 4 + 2 * half;
      const rested = ((asleep[index - lag] ?? 0) - 27_000) / 2400;
      return trainingOf(index, {
        volume_load: 5000 + 300 * (strength * rested + normal()),
        sets: 15 + (index % 3),
      });
    }),
  };
};

const pairIn = (
  rows: readonly Correlation[],
  sleep: string,
  training: string,
  lag: number,
): Correlation | undefined =>
  rows.find(
    ({ sleep_metric, training_metric, lag_days }) =>
      sleep_metric === sleep && training_metric === training && lag_days === lag,
  );

describe('correlations', () => {
  test.each([0, 2])(
    'finds training that follows the sleep %d days before at that lag, with interval and verdict',
    (lag) => {
      const { nights, training } = history(110, lag, 1.2);
      const rows = correlations(nights, training);
      // The debt includes the night with the effect, so it may be related too.
      const claimed = rows.filter((row) => isClaim(row) && row.sleep_metric !== 'sleep_debt_7d');
      expect(claimed).toEqual([
        {
          ...{ sleep_metric: 'total_sleep_duration', training_metric: 'volume_load', lag_days: lag, n: 53 },
          ...{ rho: expect.any(Number), ci: [expect.any(Number), expect.any(Number)] },
          ...{ p: expect.any(Number), q: expect.any(Number) },
          verdict: 'volume load rises with time asleep',
        },
      ]);
      const [{ rho, ci, p, q }] = claimed as [Correlation];
      expect(rho).toBeGreaterThan(0.5);
      expect(Number(ci?.[0])).toBeGreaterThan(0.2);
      expect(Number(q)).toBeGreaterThanOrEqual(Number(p));
    },
  );

  test('"no clear relation" is a result with numbers', () => {
    const { nights, training } = history(110, 0, 0);
    expect(pairIn(correlations(nights, training), 'total_sleep_duration', 'volume_load', 0)).toMatchObject({
      n: 53,
      rho: expect.any(Number),
      p: expect.any(Number),
      verdict: 'no clear relation',
    });
  });

  test('pairs every metric at four lags, and the sleep debt, with three training measures', () => {
    const { nights, training } = history(60, 0, 0);
    expect(correlations(nights, training)).toHaveLength((METRIC_NAMES.length * 4 + 1) * 3);
  });

  test.each([
    [19, 'not tested: 19 days, at least 20 are needed'],
    [20, expect.not.stringContaining('not tested')],
  ])('with %d days: %s', (days, verdict) => {
    const { nights, training } = history(110, 0, 3);
    const row = pairIn(
      correlations(nights, training.slice(0, days)),
      'total_sleep_duration',
      'volume_load',
      0,
    );
    expect(row).toMatchObject({ n: days, verdict });
    const nothing = { rho: null, ci: null, p: null, q: null };
    if (days < 20) expect(row).toMatchObject(nothing);
    else expect(row).not.toMatchObject(nothing);
  });

  test('does not test constant values, and a metric without values has no days', () => {
    const { nights, training } = history(110, 0, 1);
    const constant = training.map((day) => ({ ...day, sets: 15 }));
    const rows = correlations(nights, constant);
    expect(pairIn(rows, 'hrv', 'sets', 0)?.verdict).toBe('not tested: one of the two is constant');
    expect(pairIn(rows, 'hrv', 'estimated_1rm_change', 0)).toMatchObject({ n: 0, rho: null });
  });

  test('a common trend and common weekend effects are not a relation', () => {
    const normal = normalsFrom(11);
    const days = Array.from({ length: 90 }, (_, index) => {
      const weekday = index % 7;
      const shared = index / 10 + (weekday === 6 ? 4 : 0);
      return { weekday, sleep: shared + normal(), training: shared + normal() };
    });
    expect(correlate(days, 1)?.p).toBeGreaterThan(0.05);
  });

  test('the same history gives the same numbers', () => {
    const { nights, training } = history(60, 0, 1);
    expect(correlations(nights, training)).toEqual(correlations(nights, training));
  });

  test('is empty without training', () => {
    expect(correlations(history(60, 0, 1).nights, [])).toEqual([]);
  });
});

describe('insights', () => {
  test('contain trends, rare nights and correlations, and ignore data after the last day', () => {
    const whole = history(110, 0, 1);
    const asked = { from: dayAt(60), to: dayAt(89), as_of: dayAt(109) };
    const part = {
      nights: whole.nights.slice(0, 90),
      training: whole.training.filter(({ date }) => date < dayAt(90)),
    };
    expect(insights(whole, asked)).toEqual(insights(part, asked));
    const { as_of, trends, rare_nights } = insights(whole, { as_of: dayAt(109) });
    expect(as_of).toBe(dayAt(109));
    expect(trends).toHaveLength(METRIC_NAMES.length);
    expect(rare_nights).toEqual(rareNights(whole.nights, { from: dayAt(0), to: dayAt(109) }));
  });

  test('compare only days with sets: a run has no load', () => {
    const { nights, training } = history(110, 0, 1);
    const runs = training.map(({ date }) => ({
      ...trainingOf(1),
      date: addDays(date, 1),
      sets: 0,
      volume_load: 0,
    }));
    const both = [...training, ...runs].sort((one, other) => one.date.localeCompare(other.date));
    const asked = { as_of: dayAt(109) };
    expect(insights({ nights, training: both }, asked)).toEqual(insights({ nights, training }, asked));
  });

  test('are empty without nights', () => {
    expect(insights({ nights: [], training: [] }, { as_of: dayAt(0) })).toEqual({
      as_of: dayAt(0),
      trends: [],
      rare_nights: [],
      measures: { weeks: [], exercises: [] },
      correlations: [],
      ...effects([], []),
    });
  });

  test('are empty for a range after the newest night', () => {
    const history = { nights: nightsOf(60, () => ({ hrv: 50 })), training: [trainingOf(3)] };
    const nothing = {
      as_of: dayAt(59),
      trends: [],
      rare_nights: [],
      measures: { weeks: [], exercises: [] },
      correlations: [],
      ...effects([], []),
    };
    expect(insights(history, { from: dayAt(60), as_of: dayAt(59) })).toEqual(nothing);
    expect(insights(history, { from: dayAt(59), as_of: dayAt(59) }).trends).toHaveLength(METRIC_NAMES.length);
  });

  test('as of a morning, ignore later nights, revisions and training', () => {
    const recordOf = (index: number, hrv: number): SleepRecord => {
      const at = `${dayAt(index)}T20:00:00.000Z`;
      const bookkeeping = {
        settled: true,
        revision: 1,
        content_hash: '0'.repeat(64),
        history: [],
      };
      return {
        ...nightOf(dayAt(index), { hrv }),
        ...STORED,
        periods: [],
        ...bookkeeping,
        first_synced_at: at,
        updated_at: at,
      };
    };
    const records = Array.from({ length: 60 }, (_, index) => recordOf(index, 50 + (index % 7)));
    const training = Array.from({ length: 60 }, (_, index) =>
      trainingOf(index, { volume_load: 100 * (index % 11) }),
    );
    const changed = records.map((record, index): SleepRecord => {
      const replaced_at = `${dayAt(Math.max(index, 40))}T23:00:00.000Z`;
      const { first_synced_at: stored_at } = record;
      const changes = [{ revision: 1, stored_at, replaced_at, changed: { hrv: record.hrv } }];
      return { ...record, hrv: 5, revision: 2, updated_at: replaced_at, history: changes };
    });
    const retrained = training.map((day, index) => (index >= 40 ? { ...day, volume_load: 1 } : day));
    const asOf = dayAt(40);
    const ask = (nights: SleepRecord[], days: typeof training) =>
      insights(knownOnMorning(nights, days, asOf, ZONE), { as_of: asOf });
    expect(ask(changed, retrained)).toEqual(ask(records, training));
    expect(ask(records, training).trends.find(({ metric }) => metric === 'hrv')?.n).toBe(41);
    expect(ask(records, training).correlations.find(({ sleep_metric }) => sleep_metric === 'hrv')?.n).toBe(
      40,
    );
  });
});

test('finds the effect of the simulated lifter, and none for a lifter without effects', () => {
  const found = [undefined, NO_EFFECTS].map((effects) => {
    const lifter = createLifter({ seed: 1, timeZone: ZONE, ...(effects && { effects }) });
    const days = Array.from({ length: 180 }, (_, index) => addDays('2026-01-01', index));
    const paired = days.flatMap((day, index) => {
      const sets = lifter.sets(day);
      const volume = sets.reduce((sum, { weight, reps }) => sum + weight * Number(reps), 0);
      return sets.length === 0
        ? []
        : [{ weekday: index % 7, sleep: lifter.slept(day).hours, training: volume }];
    });
    return correlate(paired, 1);
  });
  expect(found[0]?.p).toBeLessThan(0.001);
  expect(found[0]?.ci[0]).toBeGreaterThan(0);
  expect(found[1]?.p).toBeGreaterThan(0.05);
});
