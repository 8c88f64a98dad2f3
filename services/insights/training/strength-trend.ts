import { median } from 'simple-statistics';
import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { theilSen } from '../statistics/theil-sen.ts';

/** The best estimate of an exercise's one-repetition maximum on one day, kilograms. */
export interface Session {
  readonly date: Day;
  readonly estimate: number;
}

/** A trend is made of the sessions of the last eight weeks: long enough for one a week, short enough to follow a training block. */
const TREND_DAYS = 56;
const FEWEST_SESSIONS = 5;
/** Twenty give 190 slopes; more would cost time and change little. */
const MOST_SESSIONS = 20;

/**
 * What the trend of the earlier `sessions` (by date) leads to expect on `day`: the Theil-Sen line through the last eight
 * weeks, which a mistyped weight does not bend. Null below five sessions.
 */
export const expectedBy = (sessions: readonly Session[], day: Day): number | null => {
  const recent = sessions
    .slice(-MOST_SESSIONS)
    .map(({ date, estimate }) => ({ ago: daysBetween(day, date), estimate }))
    .filter(({ ago }) => ago < 0 && ago >= -TREND_DAYS);
  if (recent.length < FEWEST_SESSIONS) return null;
  const line = theilSen(
    recent.map(({ ago }) => ago),
    recent.map(({ estimate }) => estimate),
  );
  const slope = line?.slope ?? 0;
  return median(recent.map(({ ago, estimate }) => estimate - slope * ago));
};
