import type { Collection } from '../../core/collections.ts';
import { addDays, type Day, earlierDay, isDay } from '../../core/day.ts';
import { consequencesOf } from '../../core/errors.ts';
import { DOCUMENT_COLLECTIONS } from '../../core/night/complete-night.ts';
import { isDenial, OuraFailure } from '../errors.ts';
import type { OuraClient } from './client.ts';
import { isTooMuch, PADDING_DAYS } from './fetch-windows.ts';
import { isObject } from './interpret-response.ts';

/** Earlier than any ring: Oura was founded in 2013. */
export const BEFORE_OURA = '2010-01-01';

/** Every collection, the one that has a document for almost every day first. */
const COLLECTIONS: readonly Collection[] = [
  'daily_activity',
  'daily_readiness',
  'daily_sleep',
  'daily_spo2',
  'sleep',
];

const daysIn = (page: readonly unknown[]): Day[] =>
  page.flatMap((record) => (isObject(record) && isDay(record['day']) ? [record['day']] : []));

/** Whether Oura no longer serves an optional collection. */
const isGone = (error: unknown): boolean =>
  isOptionalFailure(error) && !consequencesOf(error).retryable && !isTooMuch(error);

/** Whether a request for an optional collection failed, and no other request would fail for the same cause. */
export const isOptionalFailure = (error: unknown): error is OuraFailure =>
  error instanceof OuraFailure &&
  !consequencesOf(error).endsBatch &&
  DOCUMENT_COLLECTIONS.some((collection) => collection === error.collection);

/**
 * Returns the earliest day that Oura sends when asked for all time up to `last`; undefined if no collection has a record
 * on or before `last`. One request if there is one, else one per collection. It stops at the first page with such a
 * record, so an earlier one may exist if the pages are not in order. Collections that are denied or gone are skipped.
 * Otherwise throws the failure of a collection.
 */
export const findRecordUpTo = async (client: OuraClient, last: Day): Promise<Day | undefined> => {
  const range = {
    start_date: earlierDay(BEFORE_OURA, addDays(last, -PADDING_DAYS)),
    end_date: addDays(last, PADDING_DAYS),
  };
  for (const collection of COLLECTIONS) {
    try {
      for await (const page of client.pages(collection, range)) {
        const [earliest] = daysIn(page)
          .filter((day) => day <= last)
          .sort();
        if (earliest !== undefined) return earliest;
      }
    } catch (error) {
      if (!isDenial(error) && !isGone(error)) throw error;
    }
  }
  return undefined;
};
