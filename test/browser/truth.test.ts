import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let browser: Browser;
let site: Site;

beforeAll(async () => {
  browser = await openBrowser();
});
beforeEach(async () => {
  site = await openSite();
  await site.sync();
});
afterEach(() => site.stop());
afterAll(() => browser.close());

const VIEWS = ['Nights', 'Calendar', 'Insights', 'Pipeline'];

/** Opens one view after the other, and looks in each. */
const inEveryView = async (page: Page, look: () => Promise<void>) => {
  for (const name of VIEWS) {
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true }).click();
    await look();
  }
};

test('a server that stops is one notice above every view, and the page continues once it is back', async () => {
  const { page } = await openPage(browser, site.url);
  await page.getByText('· 7 nights').waitFor();
  const start = await site.stopServer();
  const notice = page.getByRole('alert');
  await notice.getByText('The server of this page is not responding').waitFor();
  await page.getByText('Not connected').waitFor();
  await inEveryView(page, async () => {
    expect(await notice.count()).toBe(1);
  });
  // While the server was away, a night has arrived.
  site.clock.set('2026-03-11T12:00:00-07:00');
  await site.sync();
  await start();
  await notice.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Nights', exact: true }).click();
  await page.getByText('· 8 nights').waitFor();
});

test('a server that stops while it sends is not responding, and the page continues', async () => {
  const { page } = await openPage(browser, site.url);
  await page.getByText('· 7 nights').waitFor();
  // A body that breaks off, as the browser shows it.
  await page.evaluate(`
    window.whole = window.fetch;
    window.fetch = (path, init) => path.startsWith('/api/calendar')
      ? Promise.resolve(new Response(new ReadableStream({ start: (body) => body.error(new TypeError('network error')) })))
      : window.whole(path, init);
  `);
  await page.getByRole('link', { name: 'Calendar', exact: true }).click();
  const notice = page.getByRole('alert');
  await notice.getByText('The server of this page is not responding').waitFor();
  expect(await notice.count()).toBe(1);
  await page.evaluate('window.fetch = window.whole');
  await notice.waitFor({ state: 'detached' });
  await page.getByText('March').first().waitFor();
});

test('what has changed while the server was away is shown once it is back', async () => {
  const { page } = await openPage(browser, `${site.url}/#insights`);
  const without = page.getByText('No session with a night yet.');
  await without.waitFor();
  const start = await site.stopServer();
  await page.getByRole('alert').waitFor();
  await site.train(7);
  await start();
  await without.waitFor({ state: 'detached' });
});

test('a session that is over says how to sign in, and the page continues after that', async () => {
  const { page } = await openPage(browser, `${site.url}/#pipeline`);
  await page.getByText('Nothing is running.').waitFor();
  const start = await site.stopServer();
  await start('d'.repeat(64));
  const notice = page.getByRole('alert');
  await notice.getByText('Open the address that npm start or npm run dashboard prints.').waitFor();
  await inEveryView(page, async () => {
    expect(await notice.count()).toBe(1);
  });
  const other = await page.context().newPage();
  await other.goto(site.address());
  await other.getByText('· 7 nights').waitFor();
  // A tab in the background is hidden, and a hidden page listens to nothing.
  await page.bringToFront();
  await notice.waitFor({ state: 'detached' });
});

test('a page of another version than its server says so, and a button loads the new one', async () => {
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  await page.getByRole('button', { name: 'One year earlier' }).waitFor();
  const reload = page.getByRole('status').getByRole('button', { name: 'Reload' });
  expect(await reload.count()).toBe(0);
  const start = await site.stopServer();
  await page.getByRole('alert').waitFor();
  // As if the page had been loaded before an upgrade.
  await page.evaluate("document.querySelector('script').setAttribute('src', '/assets/page-000000000000.js')");
  await start();
  await inEveryView(page, () => reload.waitFor());
  await reload.click();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
  await page.getByText('Nothing is running.').waitFor();
  expect(await reload.count()).toBe(0);
});

test('a day that begins where the sleeper is, is above every view until its night is stored', async () => {
  const { page } = await openPage(browser, site.url);
  await page.getByText('Last night').waitFor();
  // The browser's own midnight has no effect.
  site.clock.set('2026-03-11T00:00:00-07:00');
  const notice = page.getByRole('status').getByText('It is Wed, 11 Mar 2026 now.');
  await inEveryView(page, () => notice.waitFor());
  await page.getByRole('link', { name: 'Nights', exact: true }).click();
  await page.getByText('No night for Wed, 11 Mar 2026 yet.').waitFor();
  site.clock.set('2026-03-11T12:00:00-07:00');
  await site.sync();
  await notice.waitFor({ state: 'detached' });
  await page.getByText('· 8 nights').waitFor();
});

test('a reconnect that is needed is above every view until a sync succeeds', async () => {
  const { page } = await openPage(browser, site.url);
  await page.getByText('Last night').waitFor();
  site.ring.account.apiKey = 'another key';
  site.clock.advance(60);
  await site.sync();
  const notice = page.locator('[data-problem="reconnect_needed"]');
  await inEveryView(page, () => notice.waitFor());
  site.ring.account.apiKey = undefined;
  site.clock.advance(60);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('Synced: nothing new.').waitFor();
  await notice.waitFor({ state: 'detached' });
});
