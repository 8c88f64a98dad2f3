import {
  type RingSimulator,
  type RingSimulatorOptions,
  startRingSimulator,
} from '../../services/ring-simulator/start.ts';

/** An unvalidated response. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read replies of any shape
  readonly json: any;
}

/** Noon in Los Angeles on an ordinary Monday. */
export const NOON = Date.parse('2026-11-23T20:00:00Z');

/** A clock that moves only when a test moves it. */
export const handClock = (now = NOON) => {
  const clock = { time: now, now: () => clock.time };
  return clock;
};

const started: RingSimulator[] = [];

/** A simulator in Los Angeles at {@link NOON}; stopped by {@link stopAll}. */
export const simulator = async (options: Partial<RingSimulatorOptions> = {}): Promise<RingSimulator> => {
  const ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: handClock(),
    ...options,
  });
  started.push(ring);
  return ring;
};

export const stopAll = async (): Promise<void> => {
  await Promise.all(started.splice(0).map((ring) => ring.stop()));
};

/** Sends one GET with a bearer token, without retry and paging. */
export const get = async (
  ring: { readonly url: string },
  path: string,
  query: Record<string, string> = {},
  init: RequestInit = {},
): Promise<RawAnswer> => {
  const url = `${ring.url}/v2/usercollection/${path}?${new URLSearchParams(query)}`;
  const response = await fetch(url, { headers: { authorization: 'Bearer some-key' }, ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  let json: unknown;
  try {
    json = isJson ? JSON.parse(text) : undefined;
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
};

export interface AnyRecord {
  readonly id: string;
  readonly day: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read records of any collection
  readonly [field: string]: any;
}

/** Fetches all pages of a list. Sends the token with the original parameters or alone. */
export const all = async (
  ring: { readonly url: string },
  collection: string,
  query: Record<string, string>,
  tokenAlone = false,
): Promise<{ records: AnyRecord[]; pages: number }> => {
  const records: AnyRecord[] = [];
  let token: string | null = null;
  let pages = 0;
  do {
    const parameters: Record<string, string> =
      token === null ? query : { ...(tokenAlone ? {} : query), next_token: token };
    const { status, json, text } = await get(ring, collection, parameters);
    if (status !== 200) throw new Error(`${collection} answered ${status}: ${text}`);
    records.push(...json.data);
    token = json.next_token;
    pages += 1;
  } while (token !== null);
  return { records, pages };
};
