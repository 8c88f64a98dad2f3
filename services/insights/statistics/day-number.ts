import { type Day, daysBetween } from '../../../shared/core/day.ts';

/** Days since 1970-01-01. Numbers are much faster than text in loops over thousands of days. */
export const dayNumberOf = (day: Day): number => daysBetween('1970-01-01', day);

/** The weekday of a day number. 0 is Thursday, as 1970-01-01 was one. Callers only compare weekdays. */
export const weekdayOf = (dayNumber: number): number => ((dayNumber % 7) + 7) % 7;
