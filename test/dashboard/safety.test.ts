import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { PAGE_PORT, PagePortInUse, serveDashboard } from '../../services/dashboard/server/serve.ts';
import { stateMachineArn } from '../../services/local/emulators/state-machine.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { PAGE_KEYS, servePage, type TestPage } from './support/served.ts';

let page: TestPage;
beforeAll(async () => {
  page = await servePage();
});
afterAll(() => page.stop());

const executions = async () => {
  const stateMachineArn_ = stateMachineArn(LOGICAL_ID.syncRun);
  const reply = await page.stack.raw.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: stateMachineArn_ }),
  );
  return reply.executions?.length;
};

test.each([
  ['a name that resolves to 127.0.0.1', () => 'evil.example'],
  ['that name with our port', () => `evil.example:${new URL(page.url).port}`],
  ['loopback without our port', () => '127.0.0.1'],
  ['another port', () => '127.0.0.1:1'],
])('rejects every request with the Host %s', async (_, host) => {
  for (const path of ['/', '/api/overview', '/api/export?format=json', '/assets/x']) {
    const { status, body } = await page.send(path, { headers: { host: host() } });
    expect([status, body]).toEqual([403, '{"error":"This page is served on loopback only."}']);
  }
});

test.each([
  ['no Origin', () => ({})],
  ['the Origin of another site', () => ({ origin: 'https://evil.example' })],
  ['an opaque Origin', () => ({ origin: 'null' })],
  ['the Origin of another port', () => ({ origin: 'http://127.0.0.1:1' })],
  ['our Origin, from another site', () => ({ origin: page.url, 'sec-fetch-site': 'cross-site' })],
  ['our Origin, from another port', () => ({ origin: page.url, 'sec-fetch-site': 'same-site' })],
])('a POST with %s starts nothing', async (_, headers) => {
  for (const path of ['/api/sync', '/api/redrive']) {
    const reply = await page.send(path, { method: 'POST', headers: headers() });
    expect(reply.status).toBe(403);
  }
  expect(await executions()).toBe(0);
});

test('another site can link to the page but cannot read through it', async () => {
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect((await page.send('/', { headers: link })).status).toBe(200);
  for (const path of ['/api/nights?from=2026-03-01&to=2026-03-10', '/api/export?format=json']) {
    expect((await page.send(path, { headers: link })).status).toBe(403);
    expect((await page.send(path, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  }
});

test('HEAD has the same status as GET', async () => {
  expect(await page.send('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  const foreign = { origin: 'https://evil.example' };
  expect((await page.send('/', { method: 'HEAD', headers: foreign })).status).toBe(403);
});

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('rejects %s', async (method) => {
  const reply = await page.send('/api/sync', { method, headers: { origin: page.url } });
  expect(reply.status).toBe(404);
});

test('the page can run only its own script, and responses with health data are not cached', async () => {
  const { headers, body } = await page.send('/');
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self' 'sha256-[\w+/=]+'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  expect(body).not.toMatch(/<script(?![^>]*src="\/assets\/)|<style|https?:\/\//);
  for (const path of ['/', '/api/overview', '/api/export?format=csv', '/api/pipeline', '/api/nowhere']) {
    const reply = await page.send(path);
    expect(reply.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  }
});

test('script and style sheet are smaller than 500 KB, and their names change with their content', async () => {
  const { body } = await page.send('/');
  const assets = [...body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  const replies = await Promise.all(assets.map((path) => page.send(path)));
  expect(assets.map((path) => path.replace(/-[0-9a-f]{12}\./, '-<hash>.'))).toEqual([
    '/assets/page-<hash>.css',
    '/assets/page-<hash>.js',
  ]);
  expect(replies.map(({ headers }) => headers['cache-control'])).toEqual(
    Array(2).fill('max-age=31536000, immutable'),
  );
  expect(replies.reduce((sum, { body: text }) => sum + Buffer.byteLength(text), 0)).toBeLessThan(500_000);
});

test('listens on loopback only', async () => {
  const port = Number(new URL(page.url).port);
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address?.family === 'IPv4' && !address.internal);
  for (const other of others) {
    const refused = new Promise((resolve) => {
      connect(port, other?.address ?? '')
        .on('error', () => resolve(true))
        .on('connect', () => resolve(false));
    });
    expect(await refused).toBe(true);
  }
  expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('rejects a given port that is in use, and replaces the default one by a free one', async () => {
  const stack = {} as Parameters<typeof serveDashboard>[0];
  const taken = Number(new URL(page.url).port);
  await expect(serveDashboard(stack, PAGE_KEYS, taken)).rejects.toThrow(new PagePortInUse(taken));
  const [first, second] = [await serveDashboard(stack, PAGE_KEYS), await serveDashboard(stack, PAGE_KEYS)];
  expect(second.url).not.toBe(first.url);
  expect([first.url, second.url]).not.toContain(`http://127.0.0.1:${PAGE_PORT + 1}`);
  await first.stop();
  await second.stop();
});
