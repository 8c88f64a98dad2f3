import { type Collection, type DateRange, FIELDS } from '../../core/collections.ts';
import { OuraUnavailable } from '../errors.ts';
import { isLongWindow, isTooMuch } from './fetch-windows.ts';
import { createGet, type HttpOptions } from './http.ts';
import { isObject } from './interpret-response.ts';

/** Pages of one request: two years of three periods a day, should a page hold but a dozen. */
const MOST_PAGES = 200;

/** Oura's API, as far as we ask it. Every call throws the classes of errors.ts, each of which knows whether it is retryable. */
export interface OuraClient {
  /** The records of `collection` in `range`, page by page, following `next_token`; nothing is known of the records. */
  pages(collection: Collection, range: DateRange): AsyncGenerator<readonly unknown[]>;
  /** Whose token it is. Age, weight, height and email are dropped here: nobody needs them. */
  personalInfo(): Promise<{ readonly id: string }>;
}

interface Page {
  readonly data: readonly unknown[];
  /** An empty token is read as none: sent back it would name no page. */
  readonly next: string | null;
}

const readPage = (body: unknown): Page | undefined => {
  if (!isObject(body) || !Array.isArray(body['data'])) return undefined;
  const token = body['next_token'] ?? null;
  if (token !== null && typeof token !== 'string') return undefined;
  return { data: body['data'], next: token || null };
};

const readId = (body: unknown): { id: string } | undefined =>
  isObject(body) && typeof body['id'] === 'string' && body['id'] !== '' ? { id: body['id'] } : undefined;

/**
 * A client for one invocation: `timeLeft` bounds every attempt and wait. On `CredentialsRejected` the caller asks the
 * token's source for another one (`AccessToken.renew`); the client does not, because a 401 may also mean a missing scope.
 */
export const createOuraClient = (options: HttpOptions): OuraClient => {
  const get = createGet(options);
  return {
    async *pages(collection, range) {
      const seen = new Set<string>();
      // The range and `fields` go along with the token: the token alone also works today, but is not documented to keep them.
      const params = {
        start_date: range.start_date,
        end_date: range.end_date,
        fields: FIELDS[collection].join(','),
      };
      let next: string | null = null;
      do {
        const page: Page = await get(
          collection,
          next === null ? params : { ...params, next_token: next },
          readPage,
          // A long window is asked for again in shorter ones: waiting for the same four times would use the time up.
          (failure) => isLongWindow(range) && isTooMuch(failure),
        );
        yield page.data;
        next = page.next;
        if (next !== null && seen.has(next)) {
          throw new OuraUnavailable({ collection, what: 'repeating next_token' });
        }
        if (next !== null) seen.add(next);
        if (seen.size >= MOST_PAGES) throw new OuraUnavailable({ collection, what: 'too many pages' });
      } while (next !== null);
    },
    personalInfo: () => get('personal_info', {}, readId),
  };
};
