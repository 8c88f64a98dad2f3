import { type Collection, type DateRange, FIELDS, type NightCollection } from '../../core/collections.ts';
import { type Day, isDay } from '../../core/day.ts';
import { OuraRejected, OuraUnavailable } from '../errors.ts';
import { isLongWindow, isTooMuch } from './fetch-windows.ts';
import { createGet, type HttpOptions } from './http.ts';
import { isObject } from './interpret-response.ts';

/** Pages of one request: two years of three periods a day, if a page holds only a dozen. */
const MOST_PAGES = 200;

/** The part of Oura's API that we use. Every call throws the classes of errors.ts. */
export interface OuraClient {
  /** Yields the records of `collection` in `range` page by page, following `next_token`. The records are not validated. */
  pages(collection: Collection, range: DateRange): AsyncGenerator<readonly unknown[]>;
  /** Returns the day of a document; null if Oura has no document with this id. */
  dayOf(collection: NightCollection, documentId: string): Promise<Day | null>;
  /** Returns the owner of the token. Drops age, weight, height and email, which are not needed. */
  personalInfo(): Promise<{ readonly id: string }>;
}

/** A page of records that are not validated. */
interface Page {
  readonly data: readonly unknown[];
  /** An empty token counts as null, because it would name no page. */
  readonly next: string | null;
}

/** Reads the body of a list. Undefined if it is none. */
export const readPage = (body: unknown): Page | undefined => {
  if (!isObject(body) || !Array.isArray(body['data'])) return undefined;
  const token = body['next_token'] ?? null;
  if (token !== null && typeof token !== 'string') return undefined;
  return { data: body['data'], next: token || null };
};

const readDay = (body: unknown): Day | undefined =>
  isObject(body) && isDay(body['day']) ? body['day'] : undefined;

/** Reads the owner's record. Undefined if it has no id. */
export const readId = (body: unknown): { id: string } | undefined =>
  isObject(body) && typeof body['id'] === 'string' && body['id'] !== '' ? { id: body['id'] } : undefined;

/**
 * Creates a client for one invocation: `timeLeft` limits every attempt and wait. On `CredentialsRejected` the caller requests
 * another token (`AccessToken.renew`). The client does not, because a 401 may also mean a missing scope.
 */
export const createOuraClient = (options: HttpOptions): OuraClient => {
  const get = createGet(options);
  return {
    async *pages(collection, range) {
      const seen = new Set<string>();
      // Range and `fields` are sent with the token: the token alone works today, but is not documented to keep them.
      const params = {
        start_date: range.start_date,
        end_date: range.end_date,
        fields: FIELDS[collection].join(','),
      };
      let next: string | null = null;
      do {
        const page: Page = await get(collection, {
          params: next === null ? params : { ...params, next_token: next },
          read: readPage,
          // A long window is requested again in shorter ones: four attempts at the same one would use up the time.
          isFinal: (failure) => isLongWindow(range) && isTooMuch(failure),
        });
        yield page.data;
        next = page.next;
        if (next !== null && seen.has(next)) {
          throw new OuraUnavailable({ collection, what: 'repeating next_token' });
        }
        if (next !== null) seen.add(next);
        if (seen.size >= MOST_PAGES) throw new OuraUnavailable({ collection, what: 'too many pages' });
      } while (next !== null);
    },
    dayOf: async (collection, documentId) => {
      try {
        return await get(collection, { documentId, read: readDay });
      } catch (error: unknown) {
        // Also 422 for an id that Oura cannot have given.
        if (error instanceof OuraRejected) return null;
        throw error;
      }
    },
    personalInfo: () => get('personal_info', { read: readId }),
  };
};
