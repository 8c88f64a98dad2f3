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

test('returns the parameters of the request with the state, and asks the user to go back', async () => {
  const answer = server.answer('right', 5);
  const page = await fetch(`${redirectUriAt(port)}?state=right&code=c&scope=daily`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('go back to the terminal')]);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(Object.fromEntries(await answer)).toEqual({ state: 'right', code: 'c', scope: 'daily' });
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
  expect(await get('/callback?state=right&code=c')).toBe(200);
  expect((await answer).get('code')).toBe('c');
});

test('survives a request whose target is not a URL', async () => {
  const answer = server.answer('right', 5);
  expect(await get('//')).toBe(404);
  expect(await get('/callback?state=right&code=c')).toBe(200);
  expect((await answer).get('code')).toBe('c');
});

test('accepts one response only', async () => {
  const answer = server.answer('right', 5);
  expect(await get('/callback?state=right&code=first')).toBe(200);
  expect(await get('/callback?state=right&code=second')).toBe(400);
  expect((await answer).get('code')).toBe('first');
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
