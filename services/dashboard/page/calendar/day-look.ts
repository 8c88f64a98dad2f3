import { isGap } from '../../../../shared/core/ledger.ts';
import type { CalendarDay, CalendarNight } from '../../server/api.ts';
import { levelOf } from './score-levels.ts';

/** Whether the date has a night. */
export const isNight = (day: CalendarDay): day is CalendarNight =>
  day.state === 'stored' || day.state === 'provisional';

/**
 * How a date looks, apart from its colour: a night is filled, a date without one has only an outline, and a sign separates
 * the rest. So the calendar can be read in grey.
 */
export interface DayLook {
  readonly colour: string;
  readonly isFilled: boolean;
  readonly isDashed: boolean;
  /** One character in the corner of the date; empty for none. */
  readonly sign: string;
}

/** The looks of dates, by the name of their swatch in the legend. */
export const LOOKS = {
  no_score: { colour: 'var(--quiet)', isFilled: true, isDashed: false, sign: '–' },
  no_data: { colour: 'var(--no-data)', isFilled: false, isDashed: false, sign: '' },
  failed: { colour: 'var(--bad)', isFilled: false, isDashed: false, sign: '×' },
  not_asked: { colour: 'var(--quiet)', isFilled: false, isDashed: true, sign: '' },
  skipped: { colour: 'none', isFilled: false, isDashed: false, sign: '' },
} as const satisfies Readonly<Record<string, DayLook>>;

export const PROVISIONAL_SIGN = '•';

const NO_NIGHT = {
  no_data: 'no_data',
  accepted: 'no_data',
  not_asked: 'not_asked',
  not_over: 'not_asked',
  waiting: 'not_asked',
  failed: 'failed',
  parked: 'failed',
  missing: 'failed',
  vanished: 'failed',
} as const;

export const lookOf = (day: CalendarDay): DayLook => {
  if (!isNight(day)) return isGap(day) ? LOOKS[NO_NIGHT[day.state]] : LOOKS.skipped;
  const look =
    day.score === null
      ? LOOKS.no_score
      : { ...LOOKS.no_score, colour: `var(--score-${levelOf(day.score)})`, sign: '' };
  return day.state === 'provisional' ? { ...look, sign: PROVISIONAL_SIGN } : look;
};
