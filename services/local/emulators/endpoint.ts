import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../../../shared/core/loopback.ts';
import { type AccessKeys, drawAccessKeys, isNonce, proofOf } from '../data-folder/access-keys.ts';
import type { AwsCall, AwsReply, AwsService } from './aws-json.ts';
import { createServer, listenOnLoopback, withBody } from './loopback-server.ts';
import { createVerifier, type Verifier } from './verify-signature.ts';

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
  /** Random per process. Every call over HTTP is signed with them. Only the owner of the data folder can read runtime.json. */
  readonly keys: AccessKeys;
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

const plain = (status: number, body: object): AwsReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const failure = (error: unknown): AwsReply =>
  plain(500, { __type: 'InternalFailure', message: String(error) });

const isServiceName = (name: string, services: Services): name is ServiceName =>
  Object.hasOwn(services, name);

/** Finds the service that the target names. */
const find = (target: string, services: Services) => {
  const name = target.slice(0, target.indexOf('.'));
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

/** The same for every mistake: a caller without the keys learns nothing. */
const unsigned = (): AwsReply =>
  plain(403, {
    __type: 'UnrecognizedClientException',
    message: 'Sign the request with the keys of this endpoint: npm run endpoint prints them',
  });

/** The SDK corrects its clock by the Date of this reply, and repeats the request. */
const late = (): AwsReply =>
  plain(403, { __type: 'RequestExpired', message: 'The time of the signature is not the present' });

const HEALTH = /^\/health(?:\?nonce=(.*))?$/;

/** Proves to a client that this process has the keys in runtime.json, before the client sends it anything. */
const health = (nonce: string | undefined, prove: (nonce: string) => string): AwsReply => {
  if (nonce === undefined) return plain(200, {});
  return isNonce(nonce) ? plain(200, { mac: prove(nonce) }) : plain(400, { message: 'Not a nonce' });
};

interface Guards {
  readonly verifier: Verifier;
  readonly prove: (nonce: string) => string;
}

const respond = async (
  request: IncomingMessage,
  services: Services,
  { verifier, prove }: Guards,
  inProgress: { bytes: number },
): Promise<AwsReply> => {
  if (!isLocal(request))
    return plain(403, { message: 'Only programs on this machine may call this endpoint' });
  const [isHealth, nonce] = HEALTH.exec(request.url ?? '') ?? [];
  if (request.method === 'GET' && isHealth) return health(nonce, prove);
  if (request.method !== 'POST') return plain(405, { message: 'This endpoint serves POST, and GET /health' });
  // Before the body: only callers with a key may take memory.
  if (!verifier.knows(request)) return unsigned();
  const target = String(request.headers['x-amz-target']);
  const found = find(target, services);
  if (!found) return unknownService(target);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const { maxBytes, service } = found;
  const limits = { maxBytes, shortBytes: MIB, maxBytesInProgress: MAX_BYTES_IN_PROGRESS };
  return withBody<AwsReply>(request, limits, inProgress, {
    use: async (body) => {
      const verdict = await verifier.verify(request, body);
      if (verdict === 'invalid') return unsigned();
      return verdict === 'late' ? late() : service({ target, headers, body: body.toString() });
    },
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
  const keys = drawAccessKeys();
  const verifier = createVerifier(keys);
  let services: Services = {};
  const inProgress = { bytes: 0 };
  const timeouts = {
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: requestMs / 4,
  };
  const server = createServer(timeouts, (request, response) => {
    respond(request, services, { verifier, prove: (nonce) => proofOf(keys, url, nonce) }, inProgress).then(
      (reply) => send(request, response, reply),
      // The failure of a service is the response. An interrupted call has no reader.
      (error: unknown) => send(request, response, failure(error)),
    );
  });
  const url = await listenOnLoopback(server, port);
  return {
    url,
    keys,
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
