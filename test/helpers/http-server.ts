import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** How the server responds to one request. */
export interface Answer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent unchanged, anything else as JSON. */
  readonly body?: unknown;
  /** Delay before the first byte. */
  readonly delayMs?: number;
  /** `reset` closes the connection before the response, `truncate` in the middle of it. `hang` never responds. `drip` sends a byte every 20 ms forever, `flood` zeros in gzip as fast as they are read. */
  readonly fault?: 'reset' | 'truncate' | 'hang' | 'drip' | 'flood';
}

/** A received request. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** The client's port, which is the same for all requests of one connection. */
  readonly port: number | undefined;
  /** `performance.now()` on arrival. */
  readonly at: number;
}

/** A real HTTP server on a free loopback port with responses from the test. */
export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Sets the responses of the next requests, in order. The last one repeats. */
  answers(...answers: readonly Answer[]): void;
  /** Sets a function that responds to every request. */
  answersBy(answer: (request: SeenRequest) => Answer): void;
  close(): Promise<void>;
}

function* zeros(): Generator<Buffer> {
  for (const some = Buffer.alloc(1_048_576); ; ) yield some;
}

const send = (answer: Answer, response: ServerResponse): void => {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
  if (answer.fault === 'hang') return;
  if (answer.fault === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status ?? 200, {
    'content-type': typeof answer.body === 'string' ? 'text/html' : 'application/json',
    ...(answer.fault === undefined ? { 'content-length': Buffer.byteLength(text) } : {}),
    ...(answer.fault === 'flood' ? { 'content-encoding': 'gzip' } : {}),
    ...answer.headers,
  });
  if (answer.fault === 'truncate') {
    response.write(text.slice(0, Math.max(1, Math.floor(text.length / 2))), () => response.socket?.destroy());
  } else if (answer.fault === 'drip') {
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  } else if (answer.fault === 'flood') {
    // Ends when the client closes the connection.
    void pipeline(Readable.from(zeros()), createGzip(), response).catch(() => {});
  } else {
    response.end(text);
  }
};

/** Starts a {@link TestServer}. By default it responds with 200 and `{}`. */
export const startHttpServer = async (): Promise<TestServer> => {
  const requests: SeenRequest[] = [];
  let decide: (request: SeenRequest) => Answer = () => ({});
  const server = createServer((incoming: IncomingMessage, response) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const request: SeenRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      port: incoming.socket.remotePort,
      at: performance.now(),
    };
    requests.push(request);
    const answer = decide(request);
    if (answer.delayMs === undefined) send(answer, response);
    else setTimeout(() => send(answer, response), answer.delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers: (...answers) => {
      const left = [...answers];
      decide = () => (left.length > 1 ? left.shift() : left[0]) ?? {};
    },
    answersBy: (answer) => {
      decide = answer;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
