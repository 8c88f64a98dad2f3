import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { openBrowser, openSite, type Site } from './support/site.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([openBrowser(), openSite()]);
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

test('an address opens the page once, and the session also opens it from a link of another site', async () => {
  // Another name of this machine is another site, even for a browser.
  const other = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end(`<a href="${site.url}/">Sleep</a>`),
  );
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const elsewhere = `http://localhost:${(other.address() as AddressInfo).port}/`;
  const context = await browser.newContext();
  const page = await context.newPage();
  try {
    expect((await page.goto(site.url))?.status()).toBe(401);
    expect(await page.textContent('body')).toContain('npm run dashboard');

    const address = site.address();
    await page.goto(`${address}#pipeline`);
    await page.getByText('Nothing is running.').waitFor();
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/(#pipeline)?$/);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });

    await page.goto(elsewhere);
    await page.getByText('Sleep').click();
    await page.getByRole('navigation').waitFor();
    expect(page.url()).toBe(`${site.url}/`);

    const stranger = await (await browser.newContext()).newPage();
    expect((await stranger.goto(address))?.status()).toBe(401);
    await stranger.goto(elsewhere);
    await stranger.getByText('Sleep').click();
    await stranger.getByText('npm run dashboard').waitFor();
  } finally {
    await context.close();
    other.close();
  }
});

test('a server at another port receives the cookie, and reads and changes nothing with it', async () => {
  const received: IncomingHttpHeaders[] = [];
  // The second request comes from the same site, so the browser sends cookies that are SameSite=Strict.
  const thief = createServer(({ headers }, response) => {
    received.push(headers);
    const again = received.length === 1 ? '<meta http-equiv="refresh" content="0;url=/">' : 'Done';
    response.setHeader('content-type', 'text/html').end(`<link rel="icon" href="data:,">${again}`);
  });
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
  const context = await browser.newContext();
  const page = await context.newPage();
  try {
    await page.goto(site.address());
    await page.getByRole('navigation').waitFor();
    await page.goto(`http://127.0.0.1:${(thief.address() as AddressInfo).port}/`);
    await page.getByText('Done').waitFor();
    const { cookie = '' } = received.at(-1) ?? {};
    expect(cookie).toContain((await context.cookies())[0]?.value);
    const replay = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${site.url}${path}`, {
        ...init,
        headers: { cookie, origin: site.url, 'content-type': 'application/json' },
      });
      return [path, response.status];
    };
    const reads = ['overview', 'nights?from=2026-03-01&to=2026-03-10', 'calendar?year=2026', 'insights'];
    for (const read of [...reads, 'export?format=json', 'pipeline', 'pipeline/events'])
      expect(await replay(`/api/${read}`)).toEqual([`/api/${read}`, 401]);
    for (const path of ['/api/sync', '/api/redrive'])
      expect(await replay(path, { method: 'POST', body: '{}' })).toEqual([path, 401]);
    expect(await (await fetch(site.url, { headers: { cookie } })).text()).not.toContain('proof');

    await page.goto(site.url);
    await page.getByRole('navigation').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.evaluate('localStorage.clear()');
    await page.reload();
    await page.getByRole('alert').getByText('npm run dashboard').first().waitFor();
  } finally {
    await context.close();
    thief.close();
  }
});
