import { type PairName, type PairPoint, pairsOf } from './correlations.ts';
import { type History, lookedAt, type Question } from './insights.ts';

/** The days that a correlation of {@link insights} rests on, by date. Undefined where no such pair is looked at. */
export const pairPoints = (
  history: History,
  question: Question,
  wanted: PairName,
): PairPoint[] | undefined => {
  const { nights, training } = lookedAt(history, question);
  const pair = pairsOf(nights, training).find(
    ({ sleep_metric, training_metric, lag_days }) =>
      sleep_metric === wanted.sleep_metric &&
      training_metric === wanted.training_metric &&
      lag_days === wanted.lag_days,
  );
  return pair?.days.map(({ date, sleep, training: measured }) => ({ date, sleep, training: measured }));
};
