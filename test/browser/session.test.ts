import { createServer } from 'node:http';
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
    await page.getByRole('heading', { name: 'Queues' }).or(page.locator('main')).first().waitFor();
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
