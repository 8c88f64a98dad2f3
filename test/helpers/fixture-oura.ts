import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A record as it stands in a fixture; nothing about it is checked. */
export type FixtureRecord = Readonly<Record<string, unknown>>;

/** Records by collection, e.g. `{ sleep: [...], daily_sleep: [...] }`; a collection that is absent is empty. */
export type FixtureRecords = Record<string, FixtureRecord[]>;

export interface FixtureRequest {
  readonly method: string;
  readonly path: string;
  /** Last part of a list's path; `''` where the path is not one. */
  readonly collection: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

export interface FixtureReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface FixtureOura {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly requests: readonly FixtureRequest[];
  /** What is served: change it in place, or put another array in its place. */
  readonly records: FixtureRecords;
  /** Answers in place of the records, where `respond` gives a reply; undefined ends it. */
  respondWith(respond: ((request: FixtureRequest) => FixtureReply | undefined) | undefined): void;
  stop(): Promise<void>;
}

/** Which end of a range counts, and by what a record is measured: docs/oura-api.md §2.1, written down a second time. */
const isWithin = (collection: string, record: FixtureRecord, start: string, end: string): boolean => {
  const day = String(record['day']);
  if (collection === 'sleep') {
    const begins = Date.parse(String(record['bedtime_start']));
    // A record whose bedtime a test has broken is served to everybody: it is there to be noticed.
    if (Number.isNaN(begins)) return true;
    return begins >= Date.parse(`${start}T00:00:00Z`) && begins < Date.parse(`${end}T00:00:00Z`);
  }
  if (collection === 'daily_activity') return day >= start && day < end;
  return day >= start && day <= end;
};

const fieldsOf = (record: FixtureRecord, fields: string | undefined): FixtureRecord =>
  fields === undefined
    ? record
    : Object.fromEntries(
        Object.entries(record).filter(([name]) => name === 'id' || fields.split(',').includes(name)),
      );

/**
 * A small Oura for fixtures, sharing no code with the simulator: serves the given records with the measured range semantics,
 * `fields` and paging (`next_token` is sent with the original parameters), and asks for an Authorization header. Dates only;
 * both are required, so that a test notices a client that leaves one out.
 */
export const startFixtureOura = async (options: {
  records: FixtureRecords;
  pageSize?: number;
}): Promise<FixtureOura> => {
  const { pageSize = 1000 } = options;
  const records: FixtureRecords = { ...options.records };
  const requests: FixtureRequest[] = [];
  let respond: ((request: FixtureRequest) => FixtureReply | undefined) | undefined;

  const list = ({ collection, query }: FixtureRequest): FixtureReply => {
    const { start_date: start, end_date: end, next_token: token = 'page-0', fields } = query;
    if (start === undefined || end === undefined || !/^page-\d+$/.test(token))
      return { status: 422, body: { detail: [{ type: 'missing', loc: ['query'], msg: 'dates, token' }] } };
    const found = (records[collection] ?? []).filter((record) => isWithin(collection, record, start, end));
    const page = Number(token.slice('page-'.length));
    const isLast = (page + 1) * pageSize >= found.length;
    const data = found
      .slice(page * pageSize, (page + 1) * pageSize)
      .map((record) => fieldsOf(record, fields));
    return { status: 200, body: { data, next_token: isLast ? null : `page-${page + 1}` } };
  };

  const replyTo = (request: FixtureRequest): FixtureReply => {
    const instead = respond?.(request);
    if (instead !== undefined) return instead;
    if (request.headers.authorization === undefined)
      return { status: 400, body: { detail: 'Missing auth token.' } };
    if (request.collection === '') return { status: 404, body: { status: 404, title: 'Not Found' } };
    if (request.collection === 'personal_info') return { status: 200, body: { id: 'fixture-user' } };
    return list(request);
  };

  const send = (response: ServerResponse, { status, headers, body = {} }: FixtureReply): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const request: FixtureRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      collection: /^\/v2\/usercollection\/([a-z0-9_]+)$/.exec(url.pathname)?.[1] ?? '',
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
    };
    requests.push(request);
    send(response, replyTo(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    records,
    respondWith: (next) => {
      respond = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
