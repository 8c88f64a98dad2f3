import { createHash } from 'node:crypto';
import type { Day } from '../../../shared/core/day.ts';
import type { OuraRecord } from '../sleeper/collections.ts';
import { CallRefused, problem } from './reply.ts';

/** Where the next page starts. It includes the query because a client may send the token alone. */
export interface Continuation {
  /** The query of the first page, without `next_token`. */
  readonly query: string;
  /** The first day of the page, and how many of its records were on the previous page. Absent on the first page. */
  readonly from?: Day;
  readonly skip?: number;
  /** Set by the paging faults: this page is a repetition, all pages come in reverse order, or this page repeats forever. */
  readonly quirk?: 'repeated' | 'reversed' | 'endless';
}

const checksum = (collection: string, payload: string): string =>
  createHash('sha256').update(`${collection} ${payload}`).digest('base64url').slice(0, 12);

/** Creates an opaque token: base64url with a checksum that reveals a damaged token. */
export const tokenFor = (collection: string, continuation: Continuation): string => {
  const payload = Buffer.from(JSON.stringify(continuation)).toString('base64url');
  return `${payload}.${checksum(collection, payload)}`;
};

/** Parses a token from {@link tokenFor}. Throws {@link CallRefused} if it is not one, or belongs to another collection. */
export const readToken = (collection: string, token: string): Continuation => {
  const [payload = '', sum] = token.split('.');
  if (sum !== checksum(collection, payload))
    throw new CallRefused(problem(400, 'Bad Request', 'The next_token is not valid'));
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Continuation;
};

/** Normalizes the query of a first page: the order of the parameters does not matter. */
export const queryOf = (parameters: URLSearchParams): string => {
  const own = new URLSearchParams(parameters);
  own.delete('next_token');
  own.sort();
  return own.toString();
};

/** A page, and where the next one starts; null if it is the last. */
export interface Page {
  readonly data: readonly OuraRecord[];
  readonly following: { readonly from: Day; readonly skip: number } | null;
}

/**
 * Takes the page that starts at `start` from `days`, in their order. Generates no day before the page, and after it only
 * as many as needed to find out whether another record follows.
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
