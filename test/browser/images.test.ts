import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

/** Where README and docs keep their pictures; `npm run docs:images` sets it. Otherwise they go to a temporary folder. */
const FOLDER = process.env['DOCS_IMAGES'] ?? mkdtempSync(join(tmpdir(), 'oura-images-'));
/** Each visit of a page loads its pictures. */
const MOST_BYTES = 200_000;

let site: Site;
let browser: Browser;
beforeAll(async () => {
  site = await openSite({ scenario: 'forgetful', nextSync: new Date('2026-03-11T19:00:00Z') });
  await site.sync({ days: 240 });
  await site.train(240);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

test.each([
  ['nights', '#nights', '.glance svg', 1060],
  ['ranges', '#nights?range=all', '.grid figure:nth-child(4) svg', 700],
  ['calendar', '#calendar?year=2025', 'a[data-date]', 640],
  ['insights', '#insights', '.effect[data-verdict="likely"]', 900],
] as const)('the picture of %s shows its view and is small', async (name, hash, ready, height) => {
  const { page, complaints } = await openPage(browser, `${site.url}/${hash}`, {
    colorScheme: 'light',
    viewport: { width: 1100, height },
  });
  const shown = page.locator(ready).first();
  await shown.waitFor();
  if (name === 'ranges')
    await page
      .locator('.tools')
      .first()
      .evaluate((tools) => tools.scrollIntoView());
  await page.locator('main [aria-busy="true"]').waitFor({ state: 'detached' });
  const file = join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file });
  expect(statSync(file).size).toBeLessThan(MOST_BYTES);
  expect(complaints).toEqual([]);
  await page.context().close();
});
