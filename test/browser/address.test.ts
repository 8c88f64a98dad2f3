import type { Browser, Page } from 'playwright-core';
import type { GapRow } from '../../services/operations/gaps/gap-row.ts';
import { runCommand } from '../helpers/command.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([openBrowser(), openSite({ scenario: 'forgetful' })]);
  await site.sync({ days: 100 });
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const view = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true });
const hash = (page: Page) => new URL(page.url()).hash;
const night = (page: Page, words: string) => page.getByRole('heading', { name: words });

test('an address opens the view, the night, the range and the lists that it names, and so does a reload', async () => {
  const address = '#nights/2026-03-05?range=7&to=2026-03-08&open=table';
  const { page, complaints } = await openPage(browser, `${site.url}/${address}`);
  const check = async () => {
    await night(page, 'Thu, 5 Mar 2026').waitFor();
    await page.getByText('Mon, 2 Mar 2026 – Sun, 8 Mar 2026').waitFor();
    await page.getByRole('button', { name: '7 days', pressed: true }).waitFor();
    await page.getByRole('row').getByText('2026-03-08').waitFor();
    await expect(page.title()).resolves.toBe('Nights · Thu, 5 Mar 2026 · Sleep');
    expect(hash(page)).toBe(address);
  };
  await check();
  await page.reload();
  await check();
  expect(complaints).toEqual([]);
});

test('back and forward go through views, nights, ranges and years, and the night stays with the view', async () => {
  const { page, complaints } = await openPage(browser, site.url);
  const steps: [hash: string, act: () => Promise<void>, seen: () => Promise<void>][] = [
    ['', async () => {}, () => page.getByRole('button', { name: '30 days', pressed: true }).waitFor()],
    [
      '#nights?range=7',
      () => page.getByRole('button', { name: '7 days' }).click(),
      () => page.getByRole('button', { name: '7 days', pressed: true }).waitFor(),
    ],
    [
      '#nights/2026-03-05?range=7',
      () => page.getByLabel('Night', { exact: true }).fill('2026-03-05'),
      () => night(page, 'Thu, 5 Mar 2026').waitFor(),
    ],
    [
      '#calendar/2026-03-05?range=7',
      () => view(page, 'Calendar').click(),
      () => page.getByRole('heading', { name: '2026', exact: true }).waitFor(),
    ],
    [
      '#calendar/2026-03-05?range=7&year=2025',
      () => page.getByRole('button', { name: 'One year earlier' }).click(),
      () => page.getByRole('heading', { name: '2025', exact: true }).waitFor(),
    ],
  ];
  for (const [at, act, seen] of steps) {
    await act();
    await seen();
    expect(hash(page)).toBe(at);
  }
  for (const [at, , seen] of steps.toReversed().slice(1)) {
    await page.goBack();
    await seen();
    expect(hash(page)).toBe(at);
  }
  for (const [at, , seen] of steps.slice(1)) {
    await page.goForward();
    await seen();
    expect(hash(page)).toBe(at);
  }
  await view(page, 'Nights').click();
  await night(page, 'Thu, 5 Mar 2026').waitFor();
  await page.getByRole('button', { name: 'Latest' }).click();
  await night(page, 'Last').waitFor();
  expect(hash(page)).toBe('#nights?range=7&year=2025');
  expect(complaints).toEqual([]);
});

test('an address without meaning opens the newest night', async () => {
  const { page, complaints } = await openPage(
    browser,
    `${site.url}/#nonsense/2026-02-30?range=8&to=x&open=%`,
  );
  await night(page, 'Last').waitFor();
  await page.getByRole('button', { name: '30 days', pressed: true }).waitFor();
  expect(complaints).toEqual([]);
});

test('the address of a date without a night says why there is none, and can sync it', async () => {
  // The clock of the command is real, so later dates would be over for it.
  const options = ['--to', '2026-03-10', '--format', 'json', '--data-dir', site.dataDir];
  const { stdout } = await runCommand(['gaps', ...options]);
  const gap = (JSON.parse(stdout) as GapRow[]).find(({ reason }) => reason === 'not_worn');
  if (!gap) throw new Error('The forgetful sleeper always wore the ring');
  const { page, complaints } = await openPage(browser, `${site.url}/#nights/${gap.date}`);
  await night(page, ` ${Number(gap.date.slice(8))} `).waitFor();
  await page
    .getByRole('main')
    .getByText(gap.evidence ?? 'No data')
    .waitFor();
  await page.getByRole('button', { name: `Sync this date: ${gap.date}` }).click();
  await page.getByText(/^Synced: 1 (without data|unchanged|written)\.$/).waitFor();
  expect(complaints).toEqual([]);
});

test('Tab first reaches a link that skips to the content and leaves the address as it is', async () => {
  const { page } = await openPage(browser, `${site.url}/#calendar?year=2025`);
  await page.getByRole('heading', { name: '2025', exact: true }).waitFor();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  expect(await skip.evaluate((link) => link.matches(':focus'))).toBe(true);
  // Waits until it is on the screen.
  await skip.click({ trial: true });
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
  expect(hash(page)).toBe('#calendar?year=2025');
});

test('a link within a view moves the focus to the view that it opens', async () => {
  const { page } = await openPage(browser, `${site.url}/#calendar`);
  const day = page.locator('a[data-date="2026-03-05"]');
  await day.focus();
  await page.keyboard.press('Enter');
  await night(page, 'Thu, 5 Mar 2026').waitFor();
  await page.locator('main:focus').waitFor();
});
