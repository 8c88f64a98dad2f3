import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([openBrowser(), openSite({ latencyMs: 400 })]);
  await site.sync({ from: '2026-03-01', to: '2026-03-08' });
  // Between both is a gap that the look-back does not reach.
  await site.sync({ from: '2026-02-27', to: '2026-02-27' });
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

/** Presses Enter on a control, and waits until it is off. */
const turnOff = async (page: Page, control: Locator): Promise<void> => {
  await control.focus();
  await page.keyboard.press('Enter');
  await page.locator(':focus[aria-disabled="true"]').waitFor();
};
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('a control keeps the focus when it can do nothing more', async () => {
  const { page } = await openPage(browser, `${site.url}/#nights/2026-03-07?range=7`);
  await page.getByRole('heading', { name: 'Sat, 7 Mar 2026' }).waitFor();
  await turnOff(page, page.getByRole('link', { name: 'Later →' }));
  await turnOff(page, button(page, '7 days earlier'));
  await turnOff(page, button(page, '7 days later'));
  await page.goto(`${site.url}/#nights/2026-03-07`);
  await turnOff(page, button(page, 'Latest'));
  await page.goto(`${site.url}/#calendar?year=2025`);
  await page.getByText('No data for 2025.').waitFor();
  await turnOff(page, button(page, 'One year later'));
});

test('a control keeps the focus while it is busy', async () => {
  const { page } = await openPage(browser, `${site.url}/#pipeline`);
  await turnOff(page, button(page, 'Sync now'));
  await page.getByText('Synced: ').waitFor();
  await page.locator(':focus[aria-disabled="false"]').waitFor();
});

test('the view has the focus when the control that had it is gone', async () => {
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  const again = page.getByRole('button', { name: 'Sync this date: ' }).first();
  await turnOff(page, again);
  await page.locator('main:focus').waitFor();
});
