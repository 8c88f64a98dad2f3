import { type PairName, type PairPoint, pairsOf } from './correlations.ts';
import { type History, type Question, selectHistory } from './insights.ts';

/** Returns the points of one correlation of {@link insights}, in order of date. `undefined` if the pair does not exist. */
export const pairPoints = (
  history: History,
  question: Question,
  wanted: PairName,
): PairPoint[] | undefined => {
  const { nights, training } = selectHistory(history, question);
  const pair = pairsOf(nights, training).find(
    ({ sleep_metric, training_metric, lag_days }) =>
      sleep_metric === wanted.sleep_metric &&
      training_metric === wanted.training_metric &&
      lag_days === wanted.lag_days,
  );
  return pair?.days.map(({ date, sleep, training: measured }) => ({ date, sleep, training: measured }));
};
