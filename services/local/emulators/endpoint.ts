import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
import { isLoopback } from '../../../shared/core/loopback.ts';
import { SERVICE_NAME } from '../data-folder/runtime-file.ts';
import type { AwsCall, AwsReply, AwsService } from './aws-json.ts';

// An import of node:http would also load Node's fetch: 0.1 s of CPU time and 14 MB.
const { createServer } = process.getBuiltinModule('node:http');

/** Another program uses the port of the endpoint. */
export class PortInUse extends AppError {
  override readonly name = 'PortInUse';
  override readonly consequences: Consequences = INCORRECT;
  readonly port: number;

  constructor(port: number) {
    super(`Port ${port} is in use by another program: choose another one`);
    this.port = port;
  }
}

/** The name of a service in `X-Amz-Target`. */
type ServiceName = 'DynamoDB_20120810' | 'AmazonSQS' | 'AWSStepFunctions' | 'AmazonSSM';
type Services = Readonly<Partial<Record<ServiceName, AwsService>>>;

/** The HTTP server of all emulators. */
export interface Endpoint {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Random per process. /health returns it. */
  readonly id: string;
  /** Random per process. SSM requires it. Only the owner of the data folder can read it in runtime.json. */
  readonly accessKeyId: string;
  /** Starts to route calls to `services`. */
  serve(services: Services): void;
  /** Calls a service from this process, without the socket and the access checks. */
  readonly call: AwsService;
  end(): Promise<void>;
}

/**
 * Whether a program on this machine made the request, rather than a web page in a browser. The request of a web page has an
 * Origin header or, after DNS rebinding, another Host.
 */
const isLocal = ({ headers }: IncomingMessage): boolean =>
  headers.origin === undefined && isLoopback((headers.host ?? '').replace(/:\d+$/, ''));

/** The service that holds secrets. Any program on this machine may call the others. */
const SECRETS_SERVICE: ServiceName = 'AmazonSSM';

/**
 * Whether the request carries `accessKeyId` (`Authorization: AWS4-HMAC-SHA256 Credential=<id>/<scope>, ...`). Every user
 * of this machine can reach the port, but only programs of this user know the ID.
 */
const hasAccessKeyId = ({ headers }: IncomingMessage, accessKeyId: string): boolean => {
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

const isServiceName = (name: string, services: Services): name is ServiceName =>
  Object.hasOwn(services, name);

/** Calls the service that the target names. */
const route = async (call: AwsCall, services: Services): Promise<AwsReply> => {
  const name = serviceOf(call.target);
  const service = isServiceName(name, services) ? services[name] : undefined;
  if (service) return service(call);
  const message = `No service for X-Amz-Target ${call.target}`;
  return plain(400, { __type: 'UnknownOperationException', message });
};

const serviceOf = (target: string): string => target.slice(0, target.indexOf('.'));

const respond = async (
  request: IncomingMessage,
  services: Services,
  { id, accessKeyId }: Pick<Endpoint, 'id' | 'accessKeyId'>,
): Promise<AwsReply> => {
  if (!isLocal(request))
    return plain(403, { message: 'Only programs on this machine may call this endpoint' });
  if (request.method === 'GET' && request.url === '/health') return plain(200, { id, service: SERVICE_NAME });
  const target = String(request.headers['x-amz-target']);
  if (serviceOf(target) === SECRETS_SERVICE && !hasAccessKeyId(request, accessKeyId)) {
    const message = 'Secrets require the access key ID in runtime.json of the data folder';
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
 * Listens on 127.0.0.1 only, at `port` (0: any free port). Throws {@link PortInUse}.
 */
export const startEndpoint = async (port: number): Promise<Endpoint> => {
  const id = randomUUID();
  const accessKeyId = randomBytes(16).toString('hex');
  let services: Services = {};
  const server = createServer((request, response) => {
    respond(request, services, { id, accessKeyId }).then(
      (reply) => send(response, reply),
      // The failure of a service is the response. An interrupted call has no reader.
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
  if (typeof address !== 'object' || address === null) throw new Error('The server has no TCP address');
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
