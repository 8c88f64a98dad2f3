import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
import { isLoopback } from '../../../shared/core/loopback.ts';
import { SERVICE_NAME } from '../data-folder/runtime-file.ts';
import type { AwsCall, AwsReply, AwsService } from './aws-json.ts';

/** The port of the endpoint is taken. */
export class PortInUse extends AppError {
  override readonly name = 'PortInUse';
  override readonly consequences: Consequences = INCORRECT;
  readonly port: number;

  constructor(port: number) {
    super(`Port ${port} is in use by another program: choose another one`);
    this.port = port;
  }
}

/** The one HTTP server of the machine. */
export interface Endpoint {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Random per start: who reads it from /health knows which process answers. */
  readonly id: string;
  /** Random per start: SSM serves only who signs with it. In runtime.json, which only the owner of the folder can read. */
  readonly accessKeyId: string;
  /** Routes calls whose X-Amz-Target begins with a key to that service. */
  serve(services: Readonly<Record<string, AwsService>>): void;
  /** A call of this very process: to the same services, past the socket and what keeps strangers out. */
  readonly call: AwsService;
  end(): Promise<void>;
}

/**
 * Whether the request was made by a program on this machine. A web page that a browser shows is not one: it comes with
 * an Origin, or, by DNS rebinding, under a Host name of its own.
 */
const isLocal = ({ headers }: IncomingMessage): boolean =>
  headers.origin === undefined && isLoopback((headers.host ?? '').replace(/:\d+$/, ''));

/** The service that holds secrets. The others hold what any AWS tool may look at. */
const SECRETS_SERVICE = 'AmazonSSM';

/**
 * Whether the request is signed with `accessKeyId` (`Authorization: AWS4-HMAC-SHA256 Credential=<id>/<scope>, ...`). Any
 * account of the machine can reach the port; this one's programs alone know the id.
 */
const knows = ({ headers }: IncomingMessage, accessKeyId: string): boolean => {
  const [, given = ''] = /\bCredential=([^/,\s]*)\//.exec(headers.authorization ?? '') ?? [];
  const [one, other] = [Buffer.from(given), Buffer.from(accessKeyId)];
  return one.length === other.length && timingSafeEqual(one, other);
};

const plain = (status: number, body: object): AwsReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const failure = (error: unknown): AwsReply =>
  plain(500, { __type: 'InternalFailure', message: String(error) });

/** Hands a call to the service that its target names. */
const route = async (call: AwsCall, services: Readonly<Record<string, AwsService>>): Promise<AwsReply> => {
  const name = serviceOf(call.target);
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service) return service(call);
  const message = `No service for X-Amz-Target ${call.target}`;
  return plain(400, { __type: 'UnknownOperationException', message });
};

const serviceOf = (target: string): string => target.slice(0, target.indexOf('.'));

const answer = async (
  request: IncomingMessage,
  services: Readonly<Record<string, AwsService>>,
  { id, accessKeyId }: Pick<Endpoint, 'id' | 'accessKeyId'>,
): Promise<AwsReply> => {
  if (!isLocal(request)) return plain(403, { message: 'Only programs on this machine are served' });
  if (request.method === 'GET' && request.url === '/health') return plain(200, { id, service: SERVICE_NAME });
  const target = String(request.headers['x-amz-target']);
  if (serviceOf(target) === SECRETS_SERVICE && !knows(request, accessKeyId)) {
    const message =
      "Secrets are given to this machine's own runtime only: see runtime.json in the data folder";
    return plain(400, { __type: 'UnrecognizedClientException', message });
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return route({ target, headers, body: await text(request) }, services);
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
  const accessKeyId = randomBytes(16).toString('hex');
  let services: Readonly<Record<string, AwsService>> = {};
  const server = createServer((request, response) => {
    answer(request, services, { id, accessKeyId }).then(
      (reply) => send(response, reply),
      // Nobody reads an answer to a call that was broken off; to any other, a service's failure is the answer.
      (error: unknown) => send(response, failure(error)),
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
    accessKeyId,
    serve: (given) => {
      services = given;
    },
    call: (call) => route(call, services).catch(failure),
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
