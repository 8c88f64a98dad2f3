import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { array, boolean, type InferType, mixed, number, object, string } from 'yup';
import { ACCOUNT } from '../template/arn.ts';

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html

/** The stage whose name is not part of the path. */
export const DEFAULT_STAGE = '$default';

/** The media types whose bodies API Gateway passes on as text. It encodes all others in base64. */
const TEXT_TYPES = /^(text\/|application\/(json|javascript|xml)\b)/i;

/** The format of access logs, such as `12/Mar/2026:19:03:58 +0000`. */
const logTime = (epochMs: number): string => {
  // Mon, 12 Mar 2026 19:03:58 GMT
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
};

/** Combines repeated names with commas, as payload format 2.0 does. */
const combined = (query: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));

/** The event of payload format 2.0. @param now epoch milliseconds */
export const proxyEvent = (
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  { apiId, routeKey, now }: { readonly apiId: string; readonly routeKey: string; readonly now: number },
): APIGatewayProxyEventV2 => {
  const { cookie, ...headers } = request.headers;
  const isBase64Encoded = body.length > 0 && !TEXT_TYPES.test(headers['content-type'] ?? '');
  const domainName = headers.host ?? '';
  return {
    version: '2.0',
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    // Node combines repeated headers with commas, except the few that may occur only once.
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(url.search.length > 1 ? { queryStringParameters: combined(url.searchParams) } : {}),
    requestContext: {
      accountId: ACCOUNT,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? '',
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: DEFAULT_STAGE,
      time: logTime(now),
      timeEpoch: now,
    },
    ...(body.length > 0 ? { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') } : {}),
    isBase64Encoded,
  };
};

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** A result with `statusCode`. Any other result is the JSON body of a 200. */
const structuredResult = object({
  statusCode: number().integer().min(100).max(599).required(),
  headers: mixed<Record<string, string | number | boolean>>(
    (value): value is Record<string, string | number | boolean> =>
      typeof value === 'object' && value !== null && Object.values(value).every(isScalar),
  ),
  body: string(),
  isBase64Encoded: boolean(),
  cookies: array(string().required()),
});

export interface HttpResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** Converts the result of a function. Returns `undefined` if API Gateway would reject it as malformed. */
export const httpResult = (result: unknown): HttpResult | undefined => {
  const json = { 'content-type': 'application/json' };
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return { status: 200, headers: json, body: Buffer.from(JSON.stringify(result ?? null)) };
  }
  let valid: InferType<typeof structuredResult>;
  try {
    valid = structuredResult.validateSync(result, { strict: true });
  } catch {
    return undefined;
  }
  const { statusCode, headers = {}, body = '', isBase64Encoded = false, cookies = [] } = valid;
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(cookies.length > 0 ? { 'set-cookie': [...cookies] } : {}),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
};
