import { request } from 'node:http';
import {
  type CallbackServer,
  redirectUriAt,
  startCallbackServer,
} from '../../../services/cli/connect/callback-server.ts';
import { freePort } from '../../helpers/consent.ts';

let port: number;
let server: CallbackServer;
beforeEach(async () => {
  port = await freePort();
  server = await startCallbackServer(port);
});
afterEach(() => server.stop());

/** One GET, with any Host header, which fetch would not let us choose. */
const get = (path: string, host = `localhost:${port}`, address = '127.0.0.1'): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ host: address, port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });

test('returns the parameters of the request with the state, and the page then shows how it ended', async () => {
  const answer = server.answer('right', 5);
  const page = fetch(`${redirectUriAt(port)}?state=right&code=c&scope=daily`);
  expect(Object.fromEntries(await answer)).toEqual({ state: 'right', code: 'c', scope: 'daily' });
  await server.show('Not connected: Oura is down.');
  const { status, headers, ...response } = await page.then(async (each) => ({
    status: each.status,
    headers: each.headers,
    text: await each.text(),
  }));
  expect([status, response.text]).toEqual([200, 'Not connected: Oura is down.\n']);
  expect(headers.get('cache-control')).toBe('no-store');
});

test('accepts the pasted address of the last page in place of its request', async () => {
  const answer = server.answer('right', 5);
  for (const address of ['', 'code', `${redirectUriAt(port)}?state=wrong&code=c`])
    expect([address, server.accept(address)]).toEqual([address, false]);
  expect(server.accept(`${redirectUriAt(port)}?state=right&code=c`)).toBe(true);
  expect((await answer).get('code')).toBe('c');
  // There is no page to show it on.
  await server.show('Connected.');
});

test('once stopped, keeps no timer of an answer that has not arrived, so that the process can end', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  void server.answer('right', 300);
  expect(timers()).toBe(before + 1);
  await server.stop();
  expect(timers()).toBe(before);
});

test('rejects any other request with 400 and keeps waiting', async () => {
  const answer = server.answer('right', 5);
  const refused = [
    '/callback?state=wrong&code=c',
    '/callback?code=c',
    '/callback?state=right',
    '/callback?state=right&state=right&code=c',
    '/callback?state=right&code=a&code=b',
    '/callback?state=right&code=c&error=access_denied',
  ];
  for (const path of refused) expect([path, await get(path)]).toEqual([path, 400]);
  expect(await get('/callback?state=right&code=c', `attacker.example:${port}`)).toBe(400);
  expect(await get('/favicon.ico')).toBe(404);
  const page = get('/callback?state=right&code=c');
  expect((await answer).get('code')).toBe('c');
  await server.show('Connected.');
  expect(await page).toBe(200);
});

test('survives a request whose target is not a URL', async () => {
  const answer = server.answer('right', 5);
  expect(await get('//')).toBe(404);
  const page = get('/callback?state=right&code=c');
  expect((await answer).get('code')).toBe('c');
  await server.show('Connected.');
  expect(await page).toBe(200);
});

test('accepts one response only', async () => {
  const answer = server.answer('right', 5);
  const page = get('/callback?state=right&code=first');
  expect((await answer).get('code')).toBe('first');
  expect(await get('/callback?state=right&code=second')).toBe(400);
  await server.show('Connected.');
  expect(await page).toBe(200);
});

test('times out and says what to do', async () => {
  await expect(server.answer('right', 0.05)).rejects.toMatchObject({
    name: 'ConnectFailed',
    message: 'No response from the browser in 0.05 s: run npm run connect again.',
  });
});

test('reports a port in use', async () => {
  await expect(startCallbackServer(port)).rejects.toMatchObject({ name: 'PortInUse' });
});
