import type { Collection } from '../sleeper/collections.ts';

/** A call that the simulator received. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Null for a path that the API does not have. */
  readonly collection: Collection | 'personal_info' | null;
  readonly query: Readonly<Record<string, string>>;
  /** Null until the response is sent. Stays null if the client got no complete response. */
  readonly status: number | null;
  /** Epoch milliseconds on the simulator's clock. */
  readonly at: number;
}

const CALLS_KEPT = 10_000;

/** Keeps the latest calls, oldest first. `received` returns the entry whose `status` the caller sets later. */
export const createCallLog = () => {
  const calls: Call[] = [];
  return {
    calls: calls as readonly Call[],
    received: (method: string, url: URL, collection: Call['collection'], at: number) => {
      const call = {
        method,
        path: url.pathname,
        collection,
        query: Object.fromEntries(url.searchParams),
        status: null as number | null,
        at,
      };
      calls.push(call);
      if (calls.length > CALLS_KEPT) calls.shift();
      return call;
    },
  };
};
