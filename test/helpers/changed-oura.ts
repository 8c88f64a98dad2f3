import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A record of Oura's that a test may change in place. */
type ChangeableRecord = Record<string, unknown>;

/** What a later version of Oura's API does differently from the simulated one. */
export interface Changes {
  /** Changes the address of a request before it is answered. */
  request?: (collection: string, url: URL) => void;
  /** Changes each record of a list. */
  record?: (collection: string, record: ChangeableRecord, index: number) => unknown;
  /** Changes the body of a response. */
  body?: (endpoint: string, body: unknown) => unknown;
}

export interface ChangedOura extends AsyncDisposable {
  readonly url: string;
  /** Applies from the next request. */
  changes: Changes;
  /** The headers `Authorization` of the requests, in order. */
  readonly authorizations: readonly (string | undefined)[];
}

/** Starts a server on loopback that forwards every GET to `upstream`, and changes the responses as the test says. */
export const startChangedOura = async (upstream: string): Promise<ChangedOura> => {
  const authorizations: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const { authorization } = request.headers;
    authorizations.push(authorization);
    const { record, body: changeBody, request: changeRequest } = oura.changes;
    const url = new URL(request.url ?? '/', upstream);
    const collection = url.pathname.split('/').at(-1) ?? '';
    changeRequest?.(collection, url);
    const reply = await fetch(url, { headers: authorization === undefined ? {} : { authorization } });
    let body: unknown = await reply.json();
    if (typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data)) {
      const data = body.data.map((each, index) => record?.(collection, each, index) ?? each);
      body = { ...body, data };
    }
    body = changeBody?.(collection, body) ?? body;
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const oura: ChangedOura = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    changes: {},
    authorizations,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return oura;
};
