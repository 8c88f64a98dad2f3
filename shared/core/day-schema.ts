import { string } from 'yup';
import { isDay } from './day.ts';

/** The yup schema of a day. In a file of its own, so that the page, which needs days, does not load yup. */
export const daySchema = () =>
  string()
    .strict()
    .test('day', '${path} must be a date YYYY-MM-DD', (value) => value == null || isDay(value));
