import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../../../shared/core/loopback.ts';
import { SERVICE_NAME } from '../data-folder/runtime-file.ts';
import type { AwsCall, AwsReply, AwsService } from './aws-json.ts';
import { createServer, listenOnLoopback, withBody } from './loopback-server.ts';

/** The name of a service in `X-Amz-Target`. */
export type ServiceName =
  | 'DynamoDB_20120810'
  | 'AmazonSQS'
  | 'AWSStepFunctions'
  | 'AmazonSSM'
  | 'OuraSleepSync';
type Services = Readonly<Partial<Record<ServiceName, AwsService>>>;

const MIB = 1024 * 1024;

/** The longest body that each service accepts. Where AWS documents no limit of requests, it follows from that of values. */
const MAX_BODY_BYTES: Readonly<Record<ServiceName, number>> = {
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
  DynamoDB_20120810: 16 * MIB,
  // 1 MiB of messages per batch. JSON that escapes every character beyond ASCII is three times as long.
  AmazonSQS: 4 * MIB,
  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  AWSStepFunctions: MIB,
  // 8 KB per parameter.
  AmazonSSM: MIB,
  // Our own service, services/local/backup/make-backup.ts.
  OuraSleepSync: MIB,
};

/**
 * The bodies in progress together: one takes up to 25 times its size while it is parsed. Beyond it only bodies of up to
 * 1 MiB are accepted, so that a caller with many long bodies does not shut out the others.
 */
const MAX_BYTES_IN_PROGRESS = 64 * MIB;

/** How long a client may take to send a request. Then Node closes its connection. */
const REQUEST_MS = 20_000;

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

const serviceOf = (target: string): string => target.slice(0, target.indexOf('.'));

/** Finds the service that the target names. */
const find = (target: string, services: Services) => {
  const name = serviceOf(target);
  if (!isServiceName(name, services)) return undefined;
  const service = services[name];
  return service && { service, maxBytes: MAX_BODY_BYTES[name] };
};

const unknownService = (target: string): AwsReply =>
  plain(400, { __type: 'UnknownOperationException', message: `No service for X-Amz-Target ${target}` });

/** Calls the service that the target names. */
const route = async (call: AwsCall, services: Services): Promise<AwsReply> =>
  find(call.target, services)?.service(call) ?? unknownService(call.target);

const tooLong = (maxBytes: number): AwsReply =>
  plain(413, {
    __type: 'RequestEntityTooLargeException',
    message: `The body of the request is longer than ${maxBytes} bytes`,
  });

const busy = (): AwsReply =>
  plain(503, {
    __type: 'ServiceUnavailable',
    message: 'Too many long requests are in progress: repeat this one later',
  });

const respond = async (
  request: IncomingMessage,
  services: Services,
  { id, accessKeyId }: Pick<Endpoint, 'id' | 'accessKeyId'>,
  inProgress: { bytes: number },
): Promise<AwsReply> => {
  if (!isLocal(request))
    return plain(403, { message: 'Only programs on this machine may call this endpoint' });
  if (request.method === 'GET' && request.url === '/health') return plain(200, { id, service: SERVICE_NAME });
  if (request.method !== 'POST') return plain(405, { message: 'This endpoint serves POST, and GET /health' });
  const target = String(request.headers['x-amz-target']);
  const found = find(target, services);
  if (!found) return unknownService(target);
  if (serviceOf(target) === SECRETS_SERVICE && !hasAccessKeyId(request, accessKeyId)) {
    const message = 'Secrets require the access key ID in runtime.json of the data folder';
    return plain(400, { __type: 'UnrecognizedClientException', message });
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const { maxBytes, service } = found;
  const limits = { maxBytes, shortBytes: MIB, maxBytesInProgress: MAX_BYTES_IN_PROGRESS };
  return withBody(request, limits, inProgress, {
    use: (body) => service({ target, headers, body: body.toString() }),
    tooLong: () => tooLong(maxBytes),
    busy,
  });
};

const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: AwsReply,
): void => {
  // Discards a body that was not read: a client that still sends it would not see the reply if the connection closed.
  request.resume();
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

/**
 * Listens on 127.0.0.1 only, at `port` (0: any free port). Throws PortInUse.
 * @param requestMs how long a client may take to send a request
 */
export const startEndpoint = async (port: number, requestMs = REQUEST_MS): Promise<Endpoint> => {
  const id = randomUUID();
  const accessKeyId = randomBytes(16).toString('hex');
  let services: Services = {};
  const inProgress = { bytes: 0 };
  const timeouts = {
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: requestMs / 4,
  };
  const server = createServer(timeouts, (request, response) => {
    respond(request, services, { id, accessKeyId }, inProgress).then(
      (reply) => send(request, response, reply),
      // The failure of a service is the response. An interrupted call has no reader.
      (error: unknown) => send(request, response, failure(error)),
    );
  });
  const url = await listenOnLoopback(server, port);
  return {
    url,
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
