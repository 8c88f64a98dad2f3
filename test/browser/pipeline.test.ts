import type { Browser } from 'playwright-core';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let browser: Browser;
let site: Site | undefined;

beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(async () => {
  await site?.stop();
  site = undefined;
});
afterAll(() => browser.close());

test('says when the first sync runs if there are no nights', async () => {
  site = await openSite({ nextSync: new Date('2026-03-10T20:00:00Z') });
  const { page, complaints } = await openPage(browser, site.url, { timezoneId: 'America/Los_Angeles' });
  await page.getByRole('heading', { name: 'No nights yet' }).waitFor();
  await page.getByText('The first sync runs at Tue 10 Mar, 13:00').waitFor();
  await page.goto(`${site.url}/#calendar`);
  await page.getByText('No data for 2026 yet.').waitFor();
  await page.goto(`${site.url}/#pipeline`);
  await page.getByText('No run has finished yet.').waitFor();
  expect(complaints).toEqual([]);
});

test('shows the progress of a sync started from the page, and then its nights', async () => {
  // Slow enough to observe: four calls per window.
  site = await openSite({ latencyMs: 400 });
  const { page, complaints } = await openPage(browser, `${site.url}/#pipeline`);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('Run started.').waitFor();
  const progress = page.getByRole('region', { name: 'Current run' });
  // Seven dates, and the next one, which has begun further east.
  await progress.getByText('0 of 8 dates settled').waitFor();
  expect(await page.locator('[data-queue="work"] .value').textContent()).toBe('8');
  await progress.waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: '7 written' }).waitFor();
  expect(await page.locator('[data-queue="work"] .value').textContent()).toBe('0');
  await page.getByRole('link', { name: 'Nights' }).click();
  await page.getByText('· 7 nights').waitFor();
  expect(complaints).toEqual([]);
});

test('shows the causes after an outage, and one button redrives all parked dates', async () => {
  site = await openSite();
  site.ring.faults.always('unavailable');
  await site.sync();
  await site.runtime.idle();
  const { page, complaints } = await openPage(browser, `${site.url}/#pipeline`);
  await page.locator('.failures', { hasText: 'OuraUnavailable' }).getByText('7 dates').waitFor();
  expect(await page.locator('[data-queue="parked"] .value').textContent()).toBe('7');
  await page.getByRole('link', { name: 'Calendar' }).click();
  await page.locator('a[data-date="2026-03-09"]').hover();
  await page.locator('.looked').getByText('Parked: OuraUnavailable').waitFor();

  site.ring.faults.clear();
  await page.getByRole('link', { name: 'Pipeline' }).click();
  await page.getByRole('button', { name: 'Redrive 7 parked' }).click();
  await page.getByText('7 messages moved back to the work queue.').waitFor();
  await page.getByText('None.', { exact: true }).waitFor();
  expect(await page.locator('[data-queue="parked"] .value').textContent()).toBe('0');
  await page.getByRole('link', { name: 'Nights' }).click();
  await page.getByText('· 7 nights').waitFor();
  expect(complaints).toEqual([]);
});

test('shows a message if its server has stopped', async () => {
  site = await openSite();
  await site.sync();
  const { page } = await openPage(browser, `${site.url}/#pipeline`);
  await page.getByRole('cell', { name: '7 written' }).waitFor();
  await site.stop();
  site = undefined;
  await page.getByText('The server of this page is not responding').waitFor();
});
