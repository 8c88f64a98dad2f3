import { simulatedHistory } from '../../bench/effects/simulated-history.ts';
import { effects } from '../../services/insights/effects/effects.ts';
import { type History, insights, knownOnMorning } from '../../services/insights/insights.ts';
import { rareNights } from '../../services/insights/rare-nights/rare-nights.ts';
import { NO_EFFECTS, SLEEP_EFFECTS } from '../../services/ring-simulator/sleeper/lifter.ts';
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

describe('insights', () => {
  test('contain trends, rare nights and effects, and ignore data after the last day', () => {
    const whole = history(110, 0, 1);
    const asked = { from: dayAt(60), to: dayAt(89), as_of: dayAt(109) };
    const part = {
      nights: whole.nights.slice(0, 90),
      training: whole.training.filter(({ date }) => date < dayAt(90)),
    };
    expect(insights(whole, asked)).toEqual(insights(part, asked));
    expect(insights(whole, asked).nights).toBe(90);
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
      nights: 0,
      trends: [],
      rare_nights: [],
      measures: { weeks: [], exercises: [] },
      ...effects([], []),
    });
  });

  test('are empty for a range after the newest night', () => {
    const history = { nights: nightsOf(60, () => ({ hrv: 50 })), training: [trainingOf(3)] };
    const nothing = {
      as_of: dayAt(59),
      nights: 60,
      trends: [],
      rare_nights: [],
      measures: { weeks: [], exercises: [] },
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
  });
});

test('find the effects of the simulated lifter, and none for a lifter without effects', () => {
  const last = '2025-12-31';
  const found = [SLEEP_EFFECTS, NO_EFFECTS].map((lifter) => {
    const simulated = simulatedHistory(1, '2025-01-01', last, lifter);
    const { primary } = insights(simulated, { as_of: last }).sleep_to_training;
    return primary
      .filter(({ verdict }) => verdict === 'likely')
      .map(({ sleep_metric, training_metric }) => `${sleep_metric} ${training_metric}`);
  });
  expect(found[0]).toContain('total_sleep_duration volume_load');
  expect(found[0]).toContain('hrv estimated_1rm_change');
  expect(found[1]).toEqual([]);
});
