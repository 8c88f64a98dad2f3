import { createHash } from 'node:crypto';
import type { Day } from '../../../shared/core/day.ts';
import type { OuraRecord } from './collections.ts';

/** Where the next page begins, and which question it belongs to: a token can be sent alone. */
export interface Continuation {
  /** The query of the first page, without `next_token`. */
  readonly query: string;
  /** The day with which the page begins, and how many of its records the page before has had. Absent: the first page. */
  readonly from?: Day;
  readonly skip?: number;
  /** Set by the paging faults: this page is served for the second time, all pages come in reverse, or this one for ever. */
  readonly quirk?: 'repeated' | 'reversed' | 'endless';
}

/** A `next_token` that was not made here, or not for this collection. */
export class TokenInvalid extends Error {
  override readonly name = 'TokenInvalid';
  readonly retryable = false;
}

const checksum = (collection: string, payload: string): string =>
  createHash('sha256').update(`${collection} ${payload}`).digest('base64url').slice(0, 12);

/** An opaque token: base64url with a checksum, so that a broken one is noticed. */
export const tokenFor = (collection: string, continuation: Continuation): string => {
  const payload = Buffer.from(JSON.stringify(continuation)).toString('base64url');
  return `${payload}.${checksum(collection, payload)}`;
};

/** Reads a token of {@link tokenFor}. Throws {@link TokenInvalid}. */
export const readToken = (collection: string, token: string): Continuation => {
  const [payload = '', sum] = token.split('.');
  if (sum !== checksum(collection, payload)) throw new TokenInvalid('The next_token is not valid');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Continuation;
};

/** The query of a first page in one spelling, whatever the order of its parameters. */
export const queryOf = (parameters: URLSearchParams): string => {
  const own = new URLSearchParams(parameters);
  own.delete('next_token');
  own.sort();
  return own.toString();
};

/** A page, and where the next one begins; null where nothing follows. */
export interface Page {
  readonly data: readonly OuraRecord[];
  readonly following: { readonly from: Day; readonly skip: number } | null;
}

/**
 * Takes the page that begins at `start` from `days`, in their order. Days before the page are not looked at, and of
 * those after it only as many as it takes to know that something follows.
 */
export const takePage = (
  days: readonly Day[],
  recordsOf: (day: Day) => readonly OuraRecord[],
  start: Pick<Continuation, 'from' | 'skip'>,
  pageSize: number,
): Page => {
  const data: OuraRecord[] = [];
  for (const day of days.slice(start.from === undefined ? 0 : days.indexOf(start.from))) {
    const had = day === start.from ? (start.skip ?? 0) : 0;
    for (const [index, record] of recordsOf(day).entries()) {
      if (index < had) continue;
      if (data.length === pageSize) return { data, following: { from: day, skip: index } };
      data.push(record);
    }
  }
  return { data, following: null };
};
