import { type Day, type DayRange, daysBetween } from '../../shared/core/day.ts';
import { MOST_DATES, type RunInput } from '../../shared/core/messages.ts';
import { checkRange } from './options.ts';
import { UsageError } from './usage-error.ts';

/** Which dates a run by hand is asked for; none given: the look-back. */
export interface RunRange extends DayRange {
  readonly days?: number;
}

/** Refuses what the planner would refuse, before anything is started. `most`: dates at once. */
export const checkDates = ({ days, from, to }: RunRange, today: Day, most = MOST_DATES): void => {
  checkRange(from, to);
  if ((days ?? (from ? daysBetween(from, to ?? today) + 1 : 0)) > most) {
    throw new UsageError(`${most} dates at most can be asked for at once: ask for fewer.`);
  }
  for (const [option, day] of Object.entries({ from, to })) {
    if (day && day > today) throw new UsageError(`--${option} ${day} lies in the future: today is ${today}.`);
  }
};

/** The input of the execution. */
export const runInput = ({ days, from, to }: RunRange): RunInput => ({
  trigger: 'manual',
  ...(days !== undefined && { days }),
  ...(from && { from }),
  ...(to && { to }),
});
