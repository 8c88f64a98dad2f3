import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AwsReply, AwsService } from './aws-json.ts';
import { PortInUse } from './errors.ts';

/** The name by which /health shows whose endpoint this is. */
export const SERVICE_NAME = 'oura-sleep-sync';

/** The one HTTP server of the machine. */
export interface Endpoint {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Random per start: who reads it from /health knows which process answers. */
  readonly id: string;
  /** Routes calls whose X-Amz-Target begins with a key to that service. */
  serve(services: Readonly<Record<string, AwsService>>): void;
  end(): Promise<void>;
}

const LOOPBACK_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether the request was made by a program on this machine. A web page that a browser shows is not one: it comes with
 * an Origin, or, by DNS rebinding, under a Host name of its own.
 */
const isLocal = ({ headers }: IncomingMessage): boolean =>
  headers.origin === undefined && LOOPBACK_HOSTS.has((headers.host ?? '').replace(/:\d+$/, ''));

const plain = (status: number, body: object): AwsReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const answer = async (
  request: IncomingMessage,
  services: Readonly<Record<string, AwsService>>,
  id: string,
): Promise<AwsReply> => {
  if (!isLocal(request)) return plain(403, { message: 'Only programs on this machine are served' });
  if (request.method === 'GET' && request.url === '/health') return plain(200, { id, service: SERVICE_NAME });
  const target = request.headers['x-amz-target'];
  const service = typeof target === 'string' ? services[target.slice(0, target.indexOf('.'))] : undefined;
  if (typeof target !== 'string' || !service) {
    return plain(400, {
      __type: 'UnknownOperationException',
      message: `No service for X-Amz-Target ${String(target)}`,
    });
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return service({ target, headers, body: await text(request) });
};

const send = (response: ServerResponse, { status, headers, body }: AwsReply): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

/**
 * Listens on 127.0.0.1 only, at `port` (0: any free one).
 * Throws {@link PortInUse}.
 */
export const startEndpoint = async (port: number): Promise<Endpoint> => {
  const id = randomUUID();
  let services: Readonly<Record<string, AwsService>> = {};
  const server = createServer((request, response) => {
    answer(request, services, id).then(
      (reply) => send(response, reply),
      // Nobody reads an answer to a call that was broken off; to any other, a service's failure is the answer.
      (error: unknown) => send(response, plain(500, { __type: 'InternalFailure', message: String(error) })),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : error),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A TCP server has an address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    id,
    serve: (given) => {
      services = given;
    },
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
