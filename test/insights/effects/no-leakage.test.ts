import { type History, insights, knownOnMorning } from '../../../services/insights/insights.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { nightOf, STORED } from '../../aws/store/nights.ts';
import { dayAt } from '../histories.ts';
import { historyOf } from './history-of.ts';

const ZONE = 'UTC';
const AS_OF = 290;

/** Each night as stored at noon of its day. */
const recordsOf = ({ nights }: History): SleepRecord[] =>
  nights.map(({ started_at, ended_at, naps, date, ...metrics }) => {
    const at = `${date}T12:00:00.000Z`;
    return {
      ...nightOf(date, metrics),
      ...STORED,
      ...{ periods: [], settled: true, revision: 1, content_hash: '0'.repeat(64), history: [] },
      ...{ first_synced_at: at, updated_at: at },
    };
  });

const claimsOn = (day: number, records: readonly SleepRecord[], training: History['training']) => {
  const { sleep_to_training, training_to_sleep } = insights(
    knownOnMorning(records, training, dayAt(day), ZONE),
    { as_of: dayAt(day) },
  );
  return { sleep_to_training, training_to_sleep };
};

test('what happens after a morning changes no claim as of that morning or an earlier one', () => {
  const history = historyOf({ volume: ({ asleep }) => 0.6 * asleep });
  const records = recordsOf(history);
  const from = dayAt(AS_OF);
  // Every night of that day and later, every revision from then on, and every workout from then on.
  const changed = records.map((record): SleepRecord => {
    const replaced_at = `${record.date < from ? from : record.date}T23:00:00.000Z`;
    const { total_sleep_duration, first_synced_at: stored_at } = record;
    const history = [{ revision: 1, stored_at, replaced_at, changed: { total_sleep_duration } }];
    return { ...record, total_sleep_duration: 1, revision: 2, updated_at: replaced_at, history };
  });
  const retrained = history.training.map((day) => (day.date >= from ? { ...day, volume_load: 1 } : day));
  for (const day of [AS_OF - 60, AS_OF]) {
    expect(claimsOn(day, changed, retrained)).toEqual(claimsOn(day, records, history.training));
  }
  const [asleep] = claimsOn(AS_OF, records, history.training).sleep_to_training.primary;
  expect(asleep?.verdict).toBe('likely');
  expect(claimsOn(389, changed, retrained)).not.toEqual(claimsOn(389, records, history.training));
});
