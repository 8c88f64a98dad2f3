import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { serveDashboard } from '../../services/dashboard/server/serve.ts';
import { tablesState } from '../../services/local/data-folder/tables.ts';
import { PACE } from '../../services/operations/redrive/follow-redrive.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { freshDataFolder } from '../helpers/command.ts';
import { openSession } from '../helpers/page-session.ts';
import { RUNNING, situationOf } from '../helpers/situation.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { report, secondsSince } from './support/figures.ts';
import { NOON } from './support/pipeline.ts';
import { SEED } from './support/seed.ts';
import { readTables } from './support/tables.ts';
import { executionsOf, startAnnouncingRing, startReceiving } from './support/webhooks.ts';

const REQUESTS = 10_000;
const AT_ONCE = 25;
/** Longer than the machine ever takes, and shorter than the timeouts of the servers for half of a request. */
const HANG_MS = 15_000;

const folder = freshDataFolder();
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const text = fc.string({ unit: fc.constantFrom(...'abcXYZ0129./?&=%;:,_- "\'<>{}[]\\'), maxLength: 40 });

const DESTRUCTIVE = [
  ['DynamoDB_20120810.DeleteTable', { TableName: 'OuraSleepTable' }],
  ['DynamoDB_20120810.Scan', { TableName: 'OuraSleepTable' }],
  ['DynamoDB_20120810.ListTables', {}],
  ['DynamoDB_20120810.PutItem', { TableName: 'OuraSleepTable', Item: { date: { S: '2026-03-09' } } }],
  ['AmazonSQS.PurgeQueue', { QueueUrl: 'http://127.0.0.1/000000000000/WorkQueue' }],
  ['AmazonSQS.SendMessage', { QueueUrl: 'http://127.0.0.1/000000000000/WorkQueue', MessageBody: 'x' }],
  ['AmazonSQS.ReceiveMessage', { QueueUrl: 'http://127.0.0.1/000000000000/ParkedQueue' }],
  ['AWSStepFunctions.StartExecution', { stateMachineArn: 'SyncRun', input: '{}' }],
  ['AWSStepFunctions.StopExecution', { executionArn: 'SyncRun' }],
  ['AWSStepFunctions.SendTaskSuccess', { taskToken: 'x', output: '{}' }],
  ['AmazonSSM.GetParameter', { Name: '/OuraSleepSync/oura-api-key', WithDecryption: true }],
  ['AmazonSSM.PutParameter', { Name: '/OuraSleepSync/oura-api-key', Value: 'x', Overwrite: true }],
  ['OuraSleepSync.MakeBackup', { withCredentials: true }],
] as const;

/** What a stranger may know: everything but the keys and the secrets. The ports are filled in. */
const hostHeader = fc.oneof(
  { weight: 8, arbitrary: fc.constant('127.0.0.1:PORT') },
  fc.constantFrom('localhost:PORT', '[::1]:PORT', 'evil.example', '127.0.0.1:1', '', '127.0.0.1:PORT:PORT'),
  text,
);
const authorization = fc
  .tuple(fc.oneof(hex(32), fc.constantFrom('local', 'LOCAL', '__proto__')), text, hex(64))
  .map(
    ([id, extra, signature]) =>
      `AWS4-HMAC-SHA256 Credential=${id}/20260310/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date${extra && `;${extra}`}, Signature=${signature}`,
  );
const cookie = fc
  .tuple(fc.constantFrom('PORT', '1', ''), fc.constantFrom('9999999999', '1', 'NaN'), fc.oneof(hex(43), text))
  .map(([port, expires, signature]) => `oura-sleep-sync-${port}=${port}-${expires}.${signature}%3D`);
const common = fc.oneof(
  authorization.map((value) => ['Authorization', value]),
  fc.constantFrom('Bearer x', 'Basic Og==', '', 'AWS4-HMAC-SHA256 ').map((value) => ['Authorization', value]),
  fc.constantFrom(...DESTRUCTIVE).map(([target]) => ['X-Amz-Target', target]),
  text.map((value) => ['X-Amz-Target', value]),
  fc.constantFrom('20260310T190000Z', '', 'x').map((value) => ['X-Amz-Date', value]),
  fc
    .constantFrom('UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
    .map((value) => ['X-Amz-Content-Sha256', value]),
  cookie.map((value) => ['Cookie', value]),
  fc.constantFrom('http://127.0.0.1:PORT', 'null', 'https://evil.example').map((value) => ['Origin', value]),
  fc.constantFrom('same-origin', 'none', 'cross-site').map((value) => ['Sec-Fetch-Site', value]),
  fc.constantFrom('navigate', 'cors').map((value) => ['Sec-Fetch-Mode', value]),
  fc.tuple(fc.constantFrom('x-oura-signature', 'x-oura-timestamp'), fc.oneof(hex(64), text)),
);
/** Most of them end a request before anything looks at it. */
const rare = fc.oneof(
  fc.constantFrom('chunked', 'gzip', 'identity').map((value) => ['Transfer-Encoding', value]),
  fc.constantFrom('0', '-1', '99999999999', '1', 'x').map((value) => ['Content-Length', value]),
  fc.constantFrom('100-continue').map((value) => ['Expect', value]),
  fc.constantFrom('websocket', 'h2c').map((value) => ['Upgrade', value]),
  fc.nat(20_000).map((length) => ['X-Long', 'x'.repeat(length)]),
  fc.tuple(text, text),
);
const header = fc.oneof({ weight: 15, arbitrary: common }, { weight: 1, arbitrary: rare });
const path = fc.oneof(
  fc.constantFrom(
    ...[
      '/',
      '/health',
      '/oura',
      '/assets/page.js',
      '/api/overview',
      '/api/export?format=json',
      '/api/insights',
    ],
    ...['/api/nights?from=2026-03-01&to=2026-03-10', '/api/calendar?year=2026', '/api/pipeline/events'],
    ...[
      '/api/sync',
      '/api/redrive',
      '/000000000000/WorkQueue',
      '//',
      '*',
      '/..%2f..%2frun',
      '/%',
      'http://evil/',
    ],
    ...['/oura?verification_token=x&challenge=y', '/?token=', '/?X-Amz-Signature=0'],
  ),
  fc.tuple(fc.nat(4_000_000_000), hex(22), hex(43)).map((parts) => `/?token=${parts.join('.')}`),
  hex(64).map((nonce) => `/health?nonce=${nonce}`),
  text.map((rest) => `/${rest}`),
);
const body = fc.oneof(
  fc.constantFrom(...DESTRUCTIVE).map(([, input]) => JSON.stringify(input)),
  fc.constantFrom('', '{}', 'null', '{"from":"2026-03-01","to":"2026-03-02"}', '['.repeat(50_000)),
  fc
    .record({ event_type: fc.constant('create'), data_type: fc.constant('sleep'), object_id: fc.uuid() })
    .map((event) => JSON.stringify(event)),
  fc.json(),
);
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT', 'TRACE', 'get', 'X'];
const wellFormed = fc
  .record({
    method: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('GET', 'POST') }, fc.constantFrom(...METHODS)),
    path,
    host: hostHeader,
    headers: fc.array(header, { maxLength: 6 }),
    body,
  })
  .map(({ method, path: at, host, headers, body: sent }) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const length = /content-length|transfer-encoding/i.test(lines)
      ? ''
      : `Content-Length: ${Buffer.byteLength(sent)}\r\n`;
    return `${method} ${at} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${lines}${length}\r\n${sent}`;
  });
/** A call that would succeed with the keys, with up to two headers that may replace them. */
const call = fc
  .tuple(fc.constantFrom(...DESTRUCTIVE), fc.array(fc.oneof(authorization, cookie), { maxLength: 2 }))
  .map(([[target, input], guesses]) => {
    const sent = JSON.stringify(input);
    const lines = guesses.map(
      (guess) => `${guess.startsWith('AWS4') ? 'Authorization' : 'Cookie'}: ${guess}\r\n`,
    );
    return `POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\nX-Amz-Target: ${target}\r\n${lines.join('')}Content-Length: ${sent.length}\r\n\r\n${sent}`;
  });
const damaged = fc
  .tuple(wellFormed, fc.nat(), fc.string({ unit: 'binary', maxLength: 8 }))
  .map(([request, place, by]) => {
    const at = place % request.length;
    return request.slice(0, at) + by + request.slice(at + by.length);
  });
const request = fc.oneof(
  { weight: 4, arbitrary: call },
  { weight: 8, arbitrary: wellFormed },
  { weight: 2, arbitrary: damaged },
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01',
    'GET /\r\n',
    '\r\n\r\n',
    '',
  ),
);

/** Sends bytes, ends, and returns everything that came back. Undefined: the server does not end the connection. */
const send = (port: number, bytes: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let reply = '';
    const hung = setTimeout(() => {
      socket.destroy();
      resolve(undefined);
    }, HANG_MS);
    socket.setEncoding('latin1').on('data', (chunk) => {
      reply += chunk;
    });
    // A reset is an end too.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(hung);
      resolve(reply);
    });
    socket.end(bytes);
  });

const STATUSES = [200, 400, 401, 403, 404, 405, 408, 411, 413, 417, 429, 431, 503];
/** The only answers with status 200: the proof, which is no use to a stranger, and the page that asks for itself again. */
const PLAIN =
  /^(\{\}|\{"mac":"[0-9a-f]{64}"\}|<!doctype html><meta http-equiv="refresh" content="0;url=\/"><title>Sleep<\/title>)?$/;

test(`${REQUESTS} requests without keys learn nothing, change nothing, and hold nothing up`, async () => {
  const clock = clockFrom(NOON);
  const ring = await startAnnouncingRing(clock);
  const runtime = await startReceiving({ dataDir: folder.path, clock, baseUrl: ring.url });
  const { clients, outputs } = runtime;
  const shown = {
    ...{
      ...clients,
      outputs,
      clock,
      source: `the data folder ${folder.path}`,
      simulated: false,
      tablesState: () => tablesState(folder.path),
      lookMs: 100,
      pace: PACE.local,
    },
    ...{ situation: async () => situationOf(RUNNING), readOnly: undefined, explain: () => undefined },
  };
  const keys = { cookieKey: 'c'.repeat(64), tokenKey: 't'.repeat(64) };
  const page = await serveDashboard(shown, keys, 0);
  const errors: unknown[] = [];
  const note = (error: unknown) => errors.push(error);
  process.on('unhandledRejection', note);
  try {
    await startLocalRun(runtime, 'before', { trigger: 'manual', days: 30 });
    await runtime.waitForExecution('before');
    const state = async () => ({
      tables: await readTables(runtime, clock),
      executions: await executionsOf(runtime),
    });
    const before = await state();
    expect(before.tables.nights.length).toBeGreaterThan(20);
    const ports = [runtime.endpoint, page.url, runtime.url].map((url) => Number(new URL(url).port));
    const { accessKeyId, secretAccessKey } = await clients.sqs.config.credentials();
    const secret = [
      ...[
        accessKeyId,
        secretAccessKey,
        keys.cookieKey,
        keys.tokenKey,
        folder.path,
        'OuraSleepTable',
        'WorkQueue',
      ],
      ...before.tables.nights.map(({ content_hash }) => content_hash),
    ];

    const begun = performance.now();
    const statuses = new Map<string, number>();
    const faults: string[] = [];
    /** What is wrong with a reply; undefined: nothing. */
    const fault = (sent: string, reply: string): string | undefined => {
      const last = reply.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
      const [, status = 'closed'] = /^HTTP\/1\.1 (\d{3}) /.exec(last) ?? [];
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status !== 'closed' && !STATUSES.includes(Number(status))) return `status ${status}`;
      if (status === '200' && !PLAIN.test(last.slice(last.indexOf('\r\n\r\n') + 4))) return 'an answer';
      if (/set-cookie|node_modules|\bat .*:\d+:\d+/i.test(last)) return 'a cookie or a stack trace';
      return secret.find((each) => last.includes(each) && !sent.includes(each));
    };
    const requests = fc.sample(request, { numRuns: REQUESTS, seed: SEED });
    let next = 0;
    const stranger = async (): Promise<void> => {
      while (next < requests.length) {
        const index = next++;
        const port = ports[index % ports.length] ?? 0;
        const sent = (requests[index] ?? '').replaceAll('PORT', String(port));
        const reply = await send(port, sent);
        const found = reply === undefined ? 'a hang' : fault(sent, reply);
        if (found !== undefined)
          faults.push(JSON.stringify({ found, sent: sent.slice(0, 500), reply: reply?.slice(0, 500) }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, stranger));

    expect({ count: faults.length, first: faults.slice(0, 5) }).toEqual({ count: 0, first: [] });
    expect(await state()).toEqual(before);
    expect(errors).toEqual([]);
    const { url, headers } = await openSession(page.address());
    expect((await fetch(`${url}/api/overview`, { headers })).status).toBe(200);
    const log = readFileSync(join(folder.path, 'log.jsonl'), 'utf8');
    expect(log).not.toMatch(/"stack"|\bat .*:\d+:\d+/);
    const counts = [...statuses].sort().map(([status, count]) => `${count}× ${status}`);
    report({
      ...{ what: `${REQUESTS} requests without keys`, dates: 30, injected: REQUESTS },
      ...{ stored: before.tables.nights.length, no_data: 0, parked: 0, lost: 0 },
      ...{ seconds: secondsSince(begun), note: counts.join(', ') },
    });
  } finally {
    process.off('unhandledRejection', note);
    await page.stop();
    await runtime.stop();
    await ring.stop();
  }
});
