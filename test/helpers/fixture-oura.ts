import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDay } from '../../shared/core/day.ts';

/** An unvalidated record of a fixture. */
export type FixtureRecord = Readonly<Record<string, unknown>>;

/** Records by collection, e.g. `{ sleep: [...], daily_sleep: [...] }`; missing collections are empty. */
export type FixtureRecords = Record<string, FixtureRecord[]>;

interface FixtureRequest {
  readonly method: string;
  readonly path: string;
  /** Last part of a list's path; `''` for other paths. */
  readonly collection: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

export interface FixtureReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent unchanged, anything else as JSON. */
  readonly body?: unknown;
}

export interface FixtureOura {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly requests: readonly FixtureRequest[];
  /** The served records. Tests change or replace the arrays. */
  readonly records: FixtureRecords;
  /** If set, its reply is sent instead of the records, unless it returns `undefined`. */
  respondWith(respond: ((request: FixtureRequest) => FixtureReply | undefined) | undefined): void;
  stop(): Promise<void>;
}

/** The range semantics of docs/oura-api.md §2.1, implemented independently of the simulator. */
const isWithin = (collection: string, record: FixtureRecord, start: string, end: string): boolean => {
  const day = String(record['day']);
  if (collection === 'sleep') {
    const begins = Date.parse(String(record['bedtime_start']));
    // A record with a broken bedtime comes with its day, and without a day to every request: tests want the client to see it.
    if (Number.isNaN(begins)) return !isDay(record['day']) || (day >= start && day <= end);
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
 * A small Oura for fixtures that shares no code with the simulator. It serves the given records with the measured range
 * semantics, `fields` and paging (with `next_token` and the original parameters), and requires an Authorization header. It
 * accepts only dates and requires both, so a test detects a client that leaves one out.
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
