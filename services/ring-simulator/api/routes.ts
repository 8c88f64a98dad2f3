import { addDays, type Day, daysFrom } from '../../../shared/core/day.ts';
import { type Collection, isCollection } from '../sleeper/collections.ts';
import { recordId } from '../sleeper/noise.ts';
import type { Ring } from '../sleeper/ring.ts';
import { type Account, admit, personalInfo, type ScopesOf } from './account.ts';
import { readDateRange } from './date-range.ts';
import type { FaultSpec } from './faults.ts';
import { projection } from './fields.ts';
import type { IsGone } from './messy-calls.ts';
import { type Continuation, queryOf, readToken, takePage, tokenFor } from './paging.ts';
import { CallRefused, problem, type Reply } from './reply.ts';

/** A path of the API; `documentId` only for a single document. */
export interface Route {
  readonly target: Collection | 'personal_info';
  readonly documentId: string | undefined;
  readonly isSandbox: boolean;
}

/** Returns the route of a path; `undefined` if the API has none. */
export const routeOf = (path: string): Route | undefined => {
  const [, sandbox, target, documentId] =
    /^\/v2\/(sandbox\/)?usercollection\/([^/]+)(?:\/([^/]+))?$/.exec(path.replace(/\/$/, '')) ?? [];
  const isSandbox = sandbox !== undefined;
  // Of the sandbox, only the lists are simulated.
  if (isSandbox && (target === 'personal_info' || documentId !== undefined)) return undefined;
  if (target === 'personal_info' && documentId === undefined) return { target, documentId, isSandbox };
  return isCollection(target) ? { target, documentId, isSandbox } : undefined;
};

/** The data that replies are built from. */
export interface Library {
  readonly ring: Ring;
  readonly account: Account;
  readonly scopesOf: ScopesOf;
  readonly timeZone: string;
  readonly seed: number;
  readonly pageSize: number;
  readonly isGone: IsGone;
  /** Whether the document with this id was announced but is not there yet. */
  readonly isLate: (id: string, now: number) => boolean;
}

/** A call to a known route. */
export interface ApiCall {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly now: number;
  /** A fault that changes the contents of a list. Other kinds are handled in wire.ts. */
  readonly fault: FaultSpec | undefined;
}

const QUIRK: Readonly<Partial<Record<FaultSpec['kind'], Continuation['quirk']>>> = {
  duplicate_pages: 'repeated',
  out_of_order_pages: 'reversed',
  repeating_token: 'endless',
};

const list = (library: Library, collection: Collection, call: ApiCall): Reply => {
  const { ring, timeZone, pageSize } = library;
  const { query, now, fault } = call;
  const token = query.get('next_token');
  const requested: Continuation = token === null ? { query: queryOf(query) } : readToken(collection, token);
  const parameters = new URLSearchParams(requested.query);
  const range = readDateRange(collection, parameters, { timeZone, now });
  const struck = fault === undefined ? undefined : QUIRK[fault.kind];
  // If the fault strikes after the first page, reversing all pages would skip the remaining ones. Reverse only this page.
  const isLate = struck === 'reversed' && requested.from !== undefined && requested.quirk === undefined;
  const quirk = requested.quirk ?? (isLate ? undefined : struck);
  const days = daysFrom(range.from, range.to);
  const recordsOf = (day: Day) => {
    const found = ring.records(collection, day, now).filter(range.includes);
    return quirk === 'reversed' ? found.reverse() : found;
  };
  const page = takePage(quirk === 'reversed' ? days.reverse() : days, recordsOf, requested, pageSize);
  const next = (): Continuation | null => {
    if (quirk === 'endless' || (quirk === 'repeated' && requested.quirk === undefined))
      return { ...requested, quirk };
    if (page.following === null) return null;
    return { query: requested.query, ...page.following, ...(quirk === 'reversed' ? { quirk } : {}) };
  };
  const continuation = next();
  const project = projection(collection, parameters.get('fields'));
  return {
    status: 200,
    body: {
      data: (isLate ? page.data.toReversed() : page.data).map(project),
      next_token: continuation === null ? null : tokenFor(collection, continuation),
    },
  };
};

/**
 * A list of the sandbox: one record a day, one day less than requested, and with all fields. It generates records for a range
 * and does not select any by date.
 */
const sandboxList = ({ ring, timeZone }: Library, collection: Collection, { query, now }: ApiCall): Reply => {
  const { from, to } = readDateRange('daily_sleep', query, { timeZone, now });
  const data = daysFrom(from, addDays(to, -1)).flatMap((day) =>
    ring.records(collection, day, now).slice(0, 1),
  );
  return { status: 200, body: { data, next_token: null } };
};

/** Builds the reply that Oura would send to a call, with the list fault applied, if any. */
export const answer = (library: Library, call: ApiCall): Reply => {
  const { target, documentId, isSandbox } = call.route;
  try {
    if (isSandbox && target !== 'personal_info') return sandboxList(library, target, call);
    const scopes = admit(library.account, library.scopesOf, call, target);
    if (target === 'personal_info')
      return { status: 200, body: personalInfo(scopes, recordId(library.seed, 0, 'user')) };
    if (library.isGone(target, call.now))
      return problem(404, 'Not Found', 'The API does not have this collection.');
    if (documentId !== undefined) {
      const body = library.isLate(documentId, call.now)
        ? undefined
        : library.ring.find(target, documentId, call.now);
      return body ? { status: 200, body } : problem(404, 'Not Found', 'No document with this id.');
    }
    return list(library, target, call);
  } catch (error) {
    if (error instanceof CallRefused) return error.reply;
    throw error;
  }
};
