import { type Day, daysBetween } from '../../shared/core/day.ts';

/** Days since 1970-01-01: what thousands of looks from day to day are made with, since text has to be parsed each time. */
export const dayNumberOf = (day: Day): number => daysBetween('1970-01-01', day);

/** The weekday of a day number; 0 is Thursday, which 1970-01-01 was: here only sameness counts. */
export const weekdayOf = (dayNumber: number): number => ((dayNumber % 7) + 7) % 7;
