import { median } from 'simple-statistics';
import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { theilSen } from '../statistics/theil-sen.ts';

/** The best estimate of an exercise's one-repetition maximum on one day, kilograms. */
export interface DayEstimate {
  readonly date: Day;
  readonly estimate: number;
}

/** The trend covers eight weeks: long enough with one session a week, short enough to follow a training block. */
const TREND_DAYS = 56;
const FEWEST_SESSIONS = 5;
/** Twenty sessions give 190 slopes. More would take longer and change little. */
const MOST_SESSIONS = 20;

/**
 * Predicts the estimate for `day` from the earlier `sessions` (in order of date) by a Theil-Sen line through the last eight
 * weeks, which is robust against a mistyped weight. Null with fewer than five sessions.
 */
export const expectedBy = (sessions: readonly DayEstimate[], day: Day): number | null => {
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
