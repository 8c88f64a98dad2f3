import type { Browser } from 'playwright-core';
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

test('every date has a state, and the gaps match the command', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#calendar`);
  await page.locator('rect[data-date]').first().waitFor();
  const labels = await page
    .locator('rect[data-date]')
    .evaluateAll((days) =>
      days.map((day) => [day.getAttribute('data-date'), day.getAttribute('aria-label')]),
    );
  const withoutNight = labels.filter(([, label]) => !label?.includes('Stored')).map(([date]) => date);
  expect(withoutNight).toEqual(gaps.map(({ date }) => date));
  expect(gaps.length).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
});

test('hovering over a gap shows its reason and what happens next', async () => {
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  const gap = gaps.find(({ reason }) => reason === 'not_worn');
  await page.locator(`rect[data-date="${gap?.date}"]`).hover();
  const tip = page.locator('g[aria-label="tip"]');
  await tip.getByText('No data: the ring was not worn').waitFor();
  expect(await tip.textContent()).toContain('Next:');
  expect(await page.locator('.looked').textContent()).toContain(gap?.evidence);
});

test('the arrow keys move from day to day and show each state', async () => {
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  await page.locator('rect[data-date]').first().waitFor();
  await page.locator('rect[tabindex="0"]').focus();
  const looked = () => page.locator('.looked h3').textContent();
  expect(await looked()).toContain('10 Mar 2026');
  await page.keyboard.press('ArrowUp');
  expect(await looked()).toContain('9 Mar 2026');
  await page.keyboard.press('ArrowLeft');
  expect(await looked()).toContain('2 Mar 2026');
  expect(await page.locator('rect[tabindex="0"]').count()).toBe(1);
});

test('a button leads to the previous year', async () => {
  await site.sync({ from: '2025-12-20', to: '2025-12-31' });
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  await page.getByRole('button', { name: 'One year earlier' }).click();
  await page.getByRole('heading', { name: '2025' }).waitFor();
  await page.locator('rect[data-date="2025-12-20"]').waitFor();
});

test('the page can sync a gap that is not re-read automatically', async () => {
  const gap = gaps.find(({ reason }) => reason === 'not_worn');
  if (!gap) throw new Error('The forgetful sleeper always wore the ring');
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  await page.locator(`rect[data-date="${gap.date}"]`).click();
  const before = site.ring.calls.length;
  await page
    .locator('.looked')
    .getByRole('button', { name: `Sync again: ${gap.date}` })
    .click();
  await page.getByText('Sync started.').waitFor();
  await site.runtime.idle();
  const asked = site.ring.calls.slice(before);
  expect(
    asked.some(({ query }) => query['start_date'] !== undefined && query['start_date'] <= gap.date),
  ).toBe(true);
});
