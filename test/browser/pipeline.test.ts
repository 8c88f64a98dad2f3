import type { Browser, Page } from 'playwright-core';
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
  await page.getByText('No data for 2026.').waitFor();
  await page.goto(`${site.url}/#pipeline`);
  await page.getByText('No run has started yet.').waitFor();
  await page.getByText('Nothing is running. The next sync starts at Tue 10 Mar, 13:00').waitFor();
  expect(complaints).toEqual([]);
});

test('a sync is in the list at once, and the page follows it to its end', async () => {
  // Slow enough to observe: four calls per window.
  site = await openSite({ latencyMs: 400 });
  const { page, complaints } = await openPage(browser, `${site.url}/#pipeline?open=queues`);
  const button = page.getByRole('button', { name: 'Sync now' });
  await button.click();
  const run = page.locator('[data-run^="manual-"]');
  await run.getByText('Running').waitFor();
  expect(await button.isDisabled()).toBe(true);
  const progress = page.getByRole('region', { name: 'Current run' });
  // Seven dates, and the next one, which has begun further east.
  await progress.getByText('0 of 8 dates done').waitFor();
  expect(await page.locator('[data-queue="work"] .value').textContent()).toBe('8');
  await page.getByText('Synced: 7 written.').waitFor();
  await progress.waitFor({ state: 'detached' });
  await run.getByText('7 written').waitFor();
  expect(await run.count()).toBe(1);
  expect(await button.isEnabled()).toBe(true);
  expect(await page.locator('[data-queue="work"] .value').textContent()).toBe('0');
  await page.getByRole('link', { name: 'Nights' }).click();
  await page.getByText('· 7 nights').waitFor();
  expect(complaints).toEqual([]);
});

test('while one tab syncs, another one cannot, and both show the end, also if the other one has synced before', async () => {
  site = await openSite({ latencyMs: 400 });
  const { page: one } = await openPage(browser, `${site.url}/#pipeline`);
  const { page: other } = await openPage(browser, `${site.url}/#pipeline`);
  const sync = async (by: Page, also: Page, end: string, runs: number) => {
    await also.getByText('Nothing is running.').waitFor();
    await by.getByRole('button', { name: 'Sync now' }).click();
    await also.getByRole('button', { name: 'Sync now', disabled: true }).waitFor();
    for (const page of [one, other]) {
      await page.getByText(end).waitFor();
      expect(await page.locator('[data-run]').count()).toBe(runs);
    }
  };
  await sync(one, other, 'Synced: 7 written.', 1);
  await sync(other, one, 'Synced: nothing new.', 2);
});

test('shows the causes after an outage, and one button tries all parked dates again', async () => {
  site = await openSite();
  // The answer itself is wrong, so that no date is tried again.
  site.ring.faults.always('wrong_types');
  await site.sync();
  await site.runtime.idle();
  const { page, complaints } = await openPage(browser, `${site.url}/#pipeline?open=queues`);
  await page.locator('.failures').getByText('7 dates').waitFor();
  expect(await page.locator('[data-queue="parked"] .value').textContent()).toBe('7');
  await page.getByRole('link', { name: 'Calendar' }).click();
  await page.locator('a[data-date="2026-03-09"]').hover();
  await page.locator('.tip').getByText('Parked: Oura sent an invalid record').waitFor();

  await page.locator('[data-problem="dates_parked"]').getByRole('link').click();
  const again = page.getByRole('button', { name: 'Try parked dates again (7)' });
  await again.click();
  await page.getByText('Tried again: 7 failed, parked again.').waitFor();

  site.ring.faults.clear();
  await again.click();
  await page.getByText('Tried again: 7 written.').waitFor();
  await page.getByText('None.', { exact: true }).waitFor();
  expect(await page.locator('[data-queue="parked"] .value').textContent()).toBe('0');
  await page.getByRole('link', { name: 'Nights' }).click();
  await page.getByText('· 7 nights').waitFor();
  expect(complaints).toEqual([]);
});
