import { addDays, type Day } from '../../../../shared/core/day.ts';
import { dayDate } from '../format.ts';

/** Days of a week, and the rows that a month needs at most. */
export const COLUMNS = 7;
export const ROWS = 6;
/** Between two months. */
const GAP = 14;
/** Rows are not higher than this, unless a finger needs it. */
const HIGHEST_ROW = 34;
/** The months fill each row. */
const ACROSS = [4, 3, 2, 1] as const;

/** The place of a date in the months of its year. */
export interface GridPlace {
  /** 0 is January. */
  readonly month: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** The row within the month. */
  readonly week: number;
}

export const placeOf = (day: Day): GridPlace => {
  const weekdayOf = (date: Date) => (date.getUTCDay() + 6) % COLUMNS;
  const date = dayDate(day);
  const first = dayDate(`${day.slice(0, 7)}-01`);
  return {
    month: date.getUTCMonth(),
    weekday: weekdayOf(date),
    week: Math.floor((date.getUTCDate() - 1 + weekdayOf(first)) / COLUMNS),
  };
};

/** The sizes of the months in pixels. */
interface MonthGrid {
  /** Months in a row. */
  readonly across: number;
  /** Width of a month. */
  readonly width: number;
  readonly gap: number;
  /** Height of a week. */
  readonly row: number;
}

/** As many months in a row as `width` has room for. @param least the smallest width and height of a date in pixels */
export const monthGrid = (width: number, least: number): MonthGrid => {
  const of = (across: number): number => (width - (across - 1) * GAP) / across;
  const across = ACROSS.find((count) => of(count) / COLUMNS >= least) ?? 1;
  const month = of(across);
  return { across, width: month, gap: GAP, row: Math.max(least, Math.min(month / COLUMNS, HIGHEST_ROW)) };
};

/** How many days a key moves: along a week, or to the same weekday. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -COLUMNS,
  ArrowDown: COLUMNS,
};

/** The date that a key moves to; undefined if the key moves nothing. @param days all dates that can be reached, in order */
export const dayAfterKey = (key: string, day: Day, days: readonly Day[]): Day | undefined => {
  if (key === 'Home') return days[0];
  if (key === 'End') return days.at(-1);
  const step = STEPS[key];
  if (step === undefined) return undefined;
  const wanted = addDays(day, step);
  return days.includes(wanted) ? wanted : day;
};
