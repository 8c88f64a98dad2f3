import { addDays, type Day, daysBetween, laterDay } from '../../../../shared/core/day.ts';
import { EARLIEST } from '../../server/api.ts';
import type { Place } from '../place.ts';

/** The days of the charts, before they are fitted to the stored nights. */
export interface AskedRange {
  /** Undefined for the first stored night. */
  readonly from: Day | undefined;
  readonly to: Day;
}

const rangeTo = (to: Day, range: Place['range']): AskedRange => ({
  from: range === 'all' ? undefined : laterDay(addDays(to, 1 - range), EARLIEST),
  to,
});

const isIn = (day: Day, { from, to }: AskedRange): boolean =>
  day <= to && (from === undefined || day >= from);

/**
 * The days that the place asks for. A selected night is always among them: if it is not in the range up to `to`, the range is the
 * one of equal length, counted back from the newest night, that has it.
 */
export const askedRange = (
  { range, to, night }: Pick<Place, 'range' | 'to' | 'night'>,
  newest: Day,
): AskedRange => {
  const asked = rangeTo(to !== undefined && to < newest ? to : newest, range);
  if (night === undefined || night > newest || isIn(night, asked)) return asked;
  if (range === 'all') return rangeTo(newest, range);
  const back = Math.floor(daysBetween(night, newest) / range);
  return rangeTo(addDays(newest, -back * range), range);
};

/** The change of the place that moves its range. The selected night stays selected if the range still has it. */
export const movedTo = (
  to: Day,
  { range, night }: Pick<Place, 'range' | 'night'>,
  newest: Day,
): Pick<Place, 'to' | 'night'> => {
  const end = to < newest ? to : newest;
  return {
    to: end === newest ? undefined : end,
    night: night !== undefined && isIn(night, rangeTo(end, range)) ? night : undefined,
  };
};
