import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser, openPage, openSite } from './support/site.ts';

/** Where README keeps its picture; `npm run docs:images` sets it. Otherwise the picture goes to a temporary folder. */
const FOLDER = process.env['DOCS_IMAGES'] ?? mkdtempSync(join(tmpdir(), 'oura-images-'));
/** A README loads its picture on every visit. */
const MOST_BYTES = 200_000;

test('the picture of README shows a month of nights and is small', async () => {
  const site = await openSite({ scenario: 'forgetful', nextSync: new Date('2026-03-11T19:00:00Z') });
  const browser = await openBrowser();
  try {
    await site.sync({ days: 120 });
    const { page } = await openPage(browser, `${site.url}/#nights`, {
      colorScheme: 'light',
      viewport: { width: 1100, height: 668 },
    });
    await page.locator('.grid figure:nth-child(4) svg').waitFor();
    const file = join(FOLDER, 'nights.png');
    await page.screenshot({ path: file });
    expect(await page.locator('.grid figure svg').count()).toBeGreaterThanOrEqual(4);
    expect(statSync(file).size).toBeLessThan(MOST_BYTES);
  } finally {
    await browser.close();
    await site.stop();
  }
});
