import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import type { GapRow } from '../../services/operations/gaps/gap-row.ts';
import { runCommand } from '../helpers/command.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let site: Site;
let browser: Browser;
/** The output of `npm run gaps` for the year that the page shows. */
let gaps: GapRow[];

beforeAll(async () => {
  site = await openSite({ scenario: 'forgetful' });
  await site.sync({ days: 60 });
  // The clock of the command is real, so the date that has only begun further east would be over for it.
  const options = ['--to', '2026-03-10', '--format', 'json', '--data-dir', site.dataDir];
  const { stdout } = await runCommand(['gaps', ...options]);
  gaps = (JSON.parse(stdout) as GapRow[]).filter(({ date }) => date.startsWith('2026'));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const dateOn = (page: Page, date: string) => page.locator(`a[data-date="${date}"]`);
const focusedDate = (page: Page) => page.evaluate('document.activeElement.dataset.date');
const TIP = '.tip';

test('every date has a state, and the gaps match the command', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#calendar`);
  await page.locator('a[data-date]').first().waitFor();
  const labels = await page
    .locator('a[data-date]')
    .evaluateAll((days) =>
      days.map((day) => [day.getAttribute('data-date'), day.getAttribute('aria-label')]),
    );
  const withoutNight = labels.filter(([, label]) => !label?.includes('Stored')).map(([date]) => date);
  expect(withoutNight).toEqual(gaps.map(({ date }) => date));
  expect(gaps.length).toBeGreaterThan(0);
  const months = new Set(labels.map(([date]) => date?.slice(0, 7))).size;
  // Only the months with data have the weekdays above them.
  expect(
    await page
      .locator('.calendar .chart text')
      .getByText(/^[MTWFS]$/)
      .count(),
  ).toBe(7 * months);
  expect(complaints).toEqual([]);
});

test('a gap says its reason and what happens next, to the mouse and to the keyboard', async () => {
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  const gap = gaps.find(({ reason }) => reason === 'not_worn');
  if (!gap) throw new Error('The forgetful sleeper always wore the ring');
  const tip = page.locator(TIP).getByText('No data: the ring was not worn');
  await dateOn(page, gap.date).hover();
  await tip.waitFor();
  await page.locator('.legend').hover();
  await tip.waitFor({ state: 'detached' });
  await dateOn(page, gap.date).focus();
  await tip.waitFor();
  expect(await dateOn(page, gap.date).getAttribute('aria-label')).toContain(`${gap.evidence}. Next: `);
});

test.each(['mouse', 'keyboard'])('a date opens its night by %s, and is marked as selected', async (by) => {
  const { page, complaints } = await openPage(browser, `${site.url}/#calendar`);
  const date = dateOn(page, '2026-03-05');
  await (by === 'mouse' ? date.click() : date.press('Enter'));
  await page.waitForURL(/#nights\/2026-03-05/);
  await page
    .getByRole('heading', { name: /5 Mar 2026/ })
    .first()
    .waitFor();
  await page.goBack();
  await date.waitFor();
  await page.goto(`${site.url}/#calendar/2026-03-05`);
  await page.locator('a[data-date="2026-03-05"][aria-current="date"]').waitFor();
  expect(await page.locator('a[aria-current="date"]').count()).toBe(1);
  expect(complaints).toEqual([]);
});

test.each([1200, 320])('at %i px, arrow keys follow the weeks, and there is one Tab stop', async (width) => {
  const { page } = await openPage(browser, `${site.url}/#calendar`, { viewport: { width, height: 900 } });
  await page.locator('a[data-date]').first().waitFor();
  await page.locator('a[tabindex="0"]').focus();
  const place = async () => {
    const box = await page.locator(':focus').boundingBox();
    if (!box) throw new Error('Nothing has the focus');
    return { date: await focusedDate(page), x: Math.round(box.x), y: Math.round(box.y) };
  };
  const first = await place();
  expect(first.date).toBe('2026-03-10');
  await page.keyboard.press('ArrowUp');
  const above = await place();
  expect([above.date, above.x]).toEqual(['2026-03-03', first.x]);
  expect(above.y).toBeLessThan(first.y);
  await page.keyboard.press('ArrowRight');
  const right = await place();
  expect([right.date, right.y]).toEqual(['2026-03-04', above.y]);
  expect(right.x).toBeGreaterThan(above.x);
  await page.keyboard.press('Home');
  expect(await focusedDate(page)).toBe(await page.locator('a[data-date]').first().getAttribute('data-date'));
  await page.keyboard.press('End');
  expect(await focusedDate(page)).toBe('2026-03-10');
  expect(await page.locator('a[tabindex="0"]').count()).toBe(1);
});

test('the focus stays on its date when the states change and when the window does', async () => {
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  await dateOn(page, '2026-03-03').focus();
  const width = await page.locator('.chart svg').getAttribute('width');
  await page.setViewportSize({ width: 500, height: 900 });
  await page.locator(`.chart svg:not([width="${width}"])`).waitFor();
  expect(await focusedDate(page)).toBe('2026-03-03');
  const label = await page.locator('.chart > [role="group"]').getAttribute('aria-label');
  await site.sync({ from: '2026-01-05', to: '2026-01-06' });
  await page.locator(`.chart > [role="group"]:not([aria-label="${label}"])`).waitFor();
  expect(await focusedDate(page)).toBe('2026-03-03');
});

test('buttons lead to the years with data, keep the focus at the ends, and are in the address', async () => {
  await site.sync({ from: '2025-12-20', to: '2025-12-31' });
  const { page } = await openPage(browser, `${site.url}/#calendar?year=1999`);
  await page.getByText('No data for 1999.').waitFor();
  await page.getByRole('button', { name: 'One year later' }).click();
  await page.getByRole('heading', { name: '2025' }).waitFor();
  await dateOn(page, '2025-12-20').waitFor();
  const later = page.getByRole('button', { name: 'One year later' });
  await later.click();
  await page.locator('[aria-label="One year later"][aria-disabled="true"]').waitFor();
  expect(await page.locator(':focus').getAttribute('aria-label')).toBe('One year later');
  expect(page.url()).toContain('year=2026');
  await page.goBack();
  await page.getByRole('heading', { name: '2025' }).waitFor();
});

test('the year can be saved as a picture', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#calendar`);
  await page.locator('a[data-date]').first().waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'SVG' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('sleep-2026.svg');
  const text = await readFile(await download.path(), 'utf8');
  for (const words of ['Sleep in 2026', 'March', '0–59, 60–69, 70–84, 85–100']) expect(text).toContain(words);
  expect(text.match(/<rect/g)?.length).toBeGreaterThan(60);
  expect(complaints).toEqual([]);
});

test('the page can sync a gap that is not re-read automatically', async () => {
  const gap = gaps.find(({ reason }) => reason === 'not_worn');
  if (!gap) throw new Error('The forgetful sleeper always wore the ring');
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  const before = site.ring.calls.length;
  await page.getByRole('button', { name: `Sync this date: ${gap.date}` }).click();
  await page.getByText(/^Synced: 1 without data/).waitFor();
  const asked = site.ring.calls.slice(before);
  expect(
    asked.some(({ query }) => query['start_date'] !== undefined && query['start_date'] <= gap.date),
  ).toBe(true);
});
