import { createConnection } from 'node:net';
import { FunctionError } from '../../../services/local/emulators/functions.ts';
import {
  createHttpApis,
  MAX_INTEGRATION_MS,
  type ServedApi,
  serveHttpApi,
} from '../../../services/local/emulators/http-api.ts';
import { createTokenBucket, type Throttle } from '../../../services/local/emulators/token-bucket.ts';

const NOW = Date.parse('2026-03-12T19:03:58Z');
const served: ServedApi[] = [];
afterEach(async () => {
  await Promise.all(served.splice(0).map((each) => each.end()));
});

/** An API with `GET /oura` and `POST /oura`, both answered by `invoke`. */
const api = async (
  invoke: (name: string, event: unknown) => Promise<unknown> = async () => ({ statusCode: 200 }),
  options: { throttle?: Throttle; monotonic?: () => number; timeoutMs?: number } = {},
) => {
  const apis = createHttpApis();
  apis.add('Api');
  const { routes, integrations } = apis.get('Api');
  integrations.set('Integration', {
    functionName: 'Receiver',
    timeoutMs: options.timeoutMs ?? MAX_INTEGRATION_MS,
  });
  routes.set('GET /oura', 'Integration').set('POST /oura', 'Integration');
  const running = await serveHttpApi(apis.get('Api'), {
    port: 0,
    functions: { invoke },
    clock: { now: () => NOW },
    throttle: options.throttle,
    ...(options.monotonic && { monotonic: options.monotonic }),
  });
  served.push(running);
  return running;
};

/** An API that keeps the events it passes on. */
const recording = async () => {
  // biome-ignore lint/suspicious/noExplicitAny: tests read events of any shape
  const events: any[] = [];
  const { url } = await api(async (name, event) => {
    events.push({ name, event });
    return { statusCode: 200 };
  });
  return { url, events };
};

const answerOf = async (response: Response) => [response.status, await response.text()];

test('answers only the routes of the template', async () => {
  const { url, events } = await recording();
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/oura/'],
    ['POST', '/oura/more'],
    ['POST', '/OURA'],
    ['PUT', '/oura'],
    ['HEAD', '/oura'],
    ['OPTIONS', '/oura'],
    ['GET', '/constructor'],
  ] as const) {
    const response = await fetch(`${url}${path}`, { method });
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.text()).toBe(method === 'HEAD' ? '' : '{"message":"Not Found"}');
  }
  expect(events).toEqual([]);
  expect((await fetch(`${url}/oura`)).status).toBe(200);
  expect((await fetch(`${url}/oura`, { method: 'POST', body: '{}' })).status).toBe(200);
  expect(events.map(({ name }) => name)).toEqual(['Receiver', 'Receiver']);
});

test('builds the event of payload format 2.0', async () => {
  const { url, events } = await recording();
  await fetch(`${url}/oura?challenge=a%20b&token=1&token=2`, {
    method: 'POST',
    body: '{"event_type":"create"}',
    headers: { 'Content-Type': 'application/json', 'X-Oura-Timestamp': '1', cookie: 'a=1; b=2' },
  });
  const host = new URL(url).host;
  expect(events[0].event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /oura',
    rawPath: '/oura',
    rawQueryString: 'challenge=a%20b&token=1&token=2',
    cookies: ['a=1', 'b=2'],
    headers: { 'content-type': 'application/json', 'x-oura-timestamp': '1', host },
    queryStringParameters: { challenge: 'a b', token: '1,2' },
    requestContext: {
      apiId: 'Api',
      domainName: host,
      http: { method: 'POST', path: '/oura', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      stage: '$default',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: NOW,
    },
    body: '{"event_type":"create"}',
    isBase64Encoded: false,
  });
  expect(events[0].event.headers).not.toHaveProperty('cookie');
});

test('leaves out the query and the body of a request that has none', async () => {
  const { url, events } = await recording();
  await fetch(`${url}/oura`);
  expect(events[0].event).not.toHaveProperty('queryStringParameters');
  expect(events[0].event).not.toHaveProperty('body');
  expect(events[0].event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
});

test.each([
  ['application/json; charset=utf-8', false],
  ['text/plain', false],
  ['application/octet-stream', true],
  [undefined, true],
])('a body of type %s is encoded in base64: %s', async (type, isBase64Encoded) => {
  const { url, events } = await recording();
  const body = Buffer.from('{"name":"ä"}');
  await fetch(`${url}/oura`, { method: 'POST', body, headers: type ? { 'content-type': type } : {} });
  expect(events[0].event.isBase64Encoded).toBe(isBase64Encoded);
  expect(Buffer.from(events[0].event.body, isBase64Encoded ? 'base64' : 'utf8')).toEqual(body);
});

test('returns the result of the function', async () => {
  const { url } = await api(async () => ({
    statusCode: 201,
    headers: { 'X-Answer': 'yes', 'content-type': 'application/json' },
    cookies: ['a=1', 'b=2'],
    body: Buffer.from('{"challenge":"c"}').toString('base64'),
    isBase64Encoded: true,
  }));
  const response = await fetch(`${url}/oura`);
  expect(await answerOf(response)).toEqual([201, '{"challenge":"c"}']);
  expect(response.headers.get('x-answer')).toBe('yes');
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('a result without a status is the body of a 200, and a malformed result a 500', async () => {
  const plain = await api(async () => ({ challenge: 'c' }));
  expect(await answerOf(await fetch(`${plain.url}/oura`))).toEqual([200, '{"challenge":"c"}']);
  const broken = await api(async () => ({ statusCode: 'yes' }));
  expect(await answerOf(await fetch(`${broken.url}/oura`))).toEqual([
    500,
    '{"message":"Internal Server Error"}',
  ]);
});

test('answers 500 if the function fails, and 503 if it is at its reserved concurrency', async () => {
  const failing = (errorType: string) =>
    api(async () => {
      throw new FunctionError('Receiver', errorType, 'secret reason');
    });
  const { url } = await failing('TypeError');
  expect(await answerOf(await fetch(`${url}/oura`))).toEqual([500, '{"message":"Internal Server Error"}']);
  const busy = await failing('Lambda.TooManyRequestsException');
  expect(await answerOf(await fetch(`${busy.url}/oura`))).toEqual([503, '{"message":"Service Unavailable"}']);
});

test('answers 503 after the time limit of the integration, which is 30 seconds at most', async () => {
  const { url } = await api(() => new Promise(() => undefined), { timeoutMs: 50 });
  expect(await answerOf(await fetch(`${url}/oura`))).toEqual([503, '{"message":"Service Unavailable"}']);
  expect(MAX_INTEGRATION_MS).toBe(30_000);
});

test('rejects a body of more than 10 MB before it invokes the function', async () => {
  const { url, events } = await recording();
  const most = 10 * 1024 * 1024;
  const post = (body: string | Blob | ReadableStream, more: object = {}) =>
    fetch(`${url}/oura`, { method: 'POST', body, headers: { 'content-type': 'text/plain' }, ...more });
  expect((await post('x'.repeat(most))).status).toBe(200);
  expect((await post('x'.repeat(most + 1))).status).toBe(413);
  // Without a length in the header.
  const stream = new Blob(['x'.repeat(most + 1)]).stream();
  expect((await post(stream, { duplex: 'half' })).status).toBe(413);
  expect(events).toHaveLength(1);
});

test('rejects headers of more than 10,240 bytes', async () => {
  const { url, events } = await recording();
  const { status } = await fetch(`${url}/oura`, { headers: { 'x-long': 'x'.repeat(10_240) } });
  expect(status).toBe(431);
  expect(events).toEqual([]);
});

test.each(['//', '/oura?%', '/%ff', 'http://', '*'])('survives the target %s', async (target) => {
  const { url, events } = await recording();
  const { port } = new URL(url);
  const status = await new Promise<string>((resolve, reject) => {
    const socket = createConnection(Number(port), '127.0.0.1', () => {
      socket.write(`POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });
  expect(status).toMatch(target.startsWith('/oura') ? / 200 / : / 40[04] /);
  expect(events).toHaveLength(target.startsWith('/oura') ? 1 : 0);
});

test('admits no more than the burst and the rate, and does not count requests without a route', async () => {
  let time = 0;
  let calls = 0;
  const { url } = await api(
    async () => {
      calls += 1;
      return { statusCode: 200 };
    },
    { throttle: { burst: 3, rate: 2 }, monotonic: () => time },
  );
  const statuses = async (count: number, path = '/oura') =>
    Promise.all(
      Array.from({ length: count }, async () => (await fetch(`${url}${path}`, { method: 'POST' })).status),
    );
  expect(await statuses(5, '/other')).toEqual([404, 404, 404, 404, 404]);
  expect((await statuses(5)).toSorted()).toEqual([200, 200, 200, 429, 429]);
  time = 1000;
  expect((await statuses(4)).toSorted()).toEqual([200, 200, 429, 429]);
  time = 3_600_000;
  expect((await statuses(5)).filter((status) => status === 200)).toHaveLength(3);
  expect(calls).toBe(8);
  const throttled = await fetch(`${url}/oura`, { method: 'POST' });
  expect(await answerOf(throttled)).toEqual([429, '{"message":"Too Many Requests"}']);
});

test('a bucket never admits more than burst + rate × time, whatever the pattern of requests', () => {
  let time = 0;
  const take = createTokenBucket({ burst: 20, rate: 10 }, () => time);
  let admitted = 0;
  for (let request = 0; request < 6000; request += 1) {
    // 100 per second, in groups of a changing size.
    time += request % 7 === 0 ? 70 : 0;
    if (take()) admitted += 1;
    expect(admitted).toBeLessThanOrEqual(20 + (10 * time) / 1000);
  }
  expect(admitted).toBeGreaterThan(600);
});

test('a stop waits for the requests in progress, and then takes no others', async () => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const running = await api(async () => {
    arrived.resolve();
    await gate.promise;
    return { statusCode: 200 };
  });
  const first = fetch(`${running.url}/oura`);
  await arrived.promise;
  expect(running.isIdle()).toBe(false);
  const ended = running.end();
  await expect(fetch(`${running.url}/oura`)).rejects.toThrow();
  gate.resolve();
  expect((await first).status).toBe(200);
  await ended;
});

test('an API on a port in use is an error with the port', async () => {
  const { url } = await api();
  const port = Number(new URL(url).port);
  const second = serveHttpApi(
    { id: 'Api', routes: new Map(), integrations: new Map() },
    { port, functions: { invoke: async () => null }, clock: { now: () => 0 }, throttle: undefined },
  );
  await expect(second).rejects.toMatchObject({ name: 'PortInUse', port });
});

test('refuses long bodies beyond 32 MiB in progress, and still accepts a short one', async () => {
  const { url, events } = await recording();
  const MIB = 1024 * 1024;
  const slow = () => {
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.on('error', () => {});
    socket.write(`POST /oura HTTP/1.1\r\nHost: a\r\nContent-Length: ${9 * MIB}\r\n\r\n`);
    socket.write(Buffer.alloc(8 * MIB));
    return { socket, answer };
  };
  const uploads = Array.from({ length: 6 }, slow);
  expect(await Promise.race(uploads.map(({ answer }) => answer))).toMatch(/^HTTP\/1.1 503 /);
  expect((await fetch(`${url}/oura`, { method: 'POST', body: '{}' })).status).toBe(200);
  expect(events).toHaveLength(1);
  for (const { socket } of uploads) socket.destroy();
});
