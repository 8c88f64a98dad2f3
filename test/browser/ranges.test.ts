import { text } from 'node:stream/consumers';
import type { Browser, Locator, Page } from 'playwright-core';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { ringNights } from '../helpers/ring-nights.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let site: Site;
let browser: Browser;
/** All stored nights, oldest first. */
let nights: SleepRecord[];

beforeAll(async () => {
  site = await openSite();
  const table = createSleepTable(site.runtime.clients.dynamodb, LOGICAL_ID.ouraSleepTable);
  for (const [index, night] of ringNights('2025-08-22', '2026-03-05').entries())
    if (index % 10 > 0)
      await table.put(night, { askedAt: Date.parse('2026-03-06T12:00:00Z'), settled: true });
  await site.sync({ from: '2026-03-06', to: '2026-03-10' });
  nights = (await Array.fromAsync(table.scan())).sort((one, other) => one.date.localeCompare(other.date));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const charts = (page: Page) => page.locator('.grid figure');
const chart = (page: Page, title: string) =>
  charts(page).filter({ has: page.getByRole('slider', { name: title, exact: true }) });
const slider = (page: Page, title: string) => page.getByRole('slider', { name: title, exact: true });
const drawn = (page: Page) => charts(page).nth(7).locator('svg.marked').waitFor();
const hash = (page: Page) => new URL(page.url()).hash;
const textOf = (locator: Locator) => locator.evaluateAll((all) => all.map((one) => one.textContent));

const open = async (address: string, options: Parameters<typeof openPage>[2] = {}) => {
  const opened = await openPage(browser, `${site.url}/${address}`, options);
  await drawn(opened.page);
  return opened;
};

test('every chart marks the night that one of them points at, and only that one has a tip', async () => {
  const { page, complaints } = await open('#nights');
  await slider(page, 'HRV').hover();
  const rules = page.locator('.grid line.pointed');
  await rules.nth(7).waitFor({ state: 'attached' });
  expect(await rules.count()).toBe(8);
  const positions = await rules.evaluateAll((all) => all.map((rule) => Number(rule.getAttribute('x1'))));
  // All have the same days, but two have wider labels on their left.
  expect(Math.max(...positions) - Math.min(...positions)).toBeLessThan(11);
  expect(await page.locator('.tip').count()).toBe(1);
  await slider(page, 'Efficiency').hover();
  await chart(page, 'Efficiency').locator('.tip').waitFor();
  expect(await page.locator('.tip').count()).toBe(1);
  await page.locator('h1').hover();
  await rules.first().waitFor({ state: 'detached' });
  expect(await page.locator('.tip').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('the arrow keys reach every night of the range, and Enter opens one and marks it everywhere', async () => {
  const { page, complaints } = await open('#nights?range=7');
  const score = slider(page, 'Sleep score');
  await score.focus();
  // Who arrives by keyboard sees where the keys begin.
  await chart(page, 'Sleep score').locator('.tip').getByText('Tue, 10 Mar 2026').waitFor();
  const shown = nights.slice(-Number(await score.getAttribute('aria-valuemax')));
  const seen: (string | null)[] = [await score.getAttribute('aria-valuetext')];
  for (let step = 1; step < shown.length; step += 1) {
    await page.keyboard.press('ArrowLeft');
    seen.push(await score.getAttribute('aria-valuetext'));
  }
  for (const [index, night] of shown.toReversed().entries())
    expect(seen[index]).toContain(`Sleep score ${night.sleep_score}`);
  const [first] = shown;
  await page.keyboard.press('Enter');
  await page.locator(`.glance data[data-metric="sleep_score"][value="${first?.sleep_score}"]`).waitFor();
  expect(hash(page)).toBe(`#nights/${first?.date}?range=7`);
  await page.locator('.grid line.selected').nth(7).waitFor({ state: 'attached' });
  expect(await page.locator('.grid line.selected').count()).toBe(8);
  expect(complaints).toEqual([]);
});

test.each([320, 390])('on a touch screen of %i px, a tap shows a tip inside the screen', async (width) => {
  const { page, complaints } = await open('#nights?range=90', {
    viewport: { width, height: 800 },
    hasTouch: true,
    isMobile: true,
  });
  for (const title of ['HRV', 'Bedtimes', 'Temperature']) {
    const target = slider(page, title);
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    for (const share of [0.02, 0.5, 0.98]) {
      await target.tap({ position: { x: share * (box?.width ?? 0), y: 90 } });
      const tip = chart(page, title).locator('.tip');
      await tip.waitFor();
      expect(await page.locator('.tip').count()).toBe(1);
      const place = await tip.boundingBox();
      expect(place?.x).toBeGreaterThanOrEqual(0);
      expect((place?.x ?? 0) + (place?.width ?? 0)).toBeLessThanOrEqual(width);
      await page.keyboard.press('Escape');
      await tip.waitFor({ state: 'detached' });
    }
  }
  expect(hash(page)).toBe('#nights?range=90');
  await slider(page, 'HRV').tap();
  await page.getByRole('button', { name: 'Open this night' }).tap();
  await page.waitForURL(/#nights\/\d{4}-\d{2}-\d{2}\?range=90$/);
  await page.locator('.tip').waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

/** The median as in a textbook. */
const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return sorted.length % 2 === 1
    ? at((sorted.length - 1) / 2)
    : (at(sorted.length / 2 - 1) + at(sorted.length / 2)) / 2;
};

test('a range beyond 120 days has the medians of its weeks', async () => {
  const { page, complaints } = await open('#nights?range=all&open=table');
  await page.locator('table.numbers tbody tr').first().waitFor();
  const rows = await page.locator('table.numbers tbody tr').evaluateAll((all) =>
    all.map((row) => ({
      from: row.getAttribute('data-date') ?? '',
      hrv: row.querySelector('[data-metric="hrv"]')?.getAttribute('value'),
      count: row.children[1]?.textContent,
    })),
  );
  expect(rows.length).toBeGreaterThan(25);
  for (const [index, { from, hrv, count }] of rows.entries()) {
    const next = rows[index - 1]?.from ?? '9999-12-31';
    const week = nights.filter(({ date }) => date >= from && date < next);
    const values = week.flatMap((night) => night.hrv ?? []);
    expect(count).toBe(String(week.length));
    expect(Number(hrv)).toBeCloseTo(medianOf(values), 6);
  }
  expect(rows.reduce((sum, { count }) => sum + Number(count), 0)).toBe(nights.length);
  expect(complaints).toEqual([]);
});

test('a week that is opened shows its nights', async () => {
  const { page } = await open('#nights?range=all');
  await slider(page, 'HRV').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#nights\?range=7&to=/);
  await page.getByRole('button', { name: '7 days', pressed: true }).waitFor();
  await page.locator('.marks').getByText('7-day mean').waitFor();
});

test('the charts of a range can be saved, each with its name', async () => {
  const { page, complaints } = await open('#nights?range=all');
  const downloading = page.waitForEvent('download');
  await page.locator('.grid + .pictures').getByRole('button', { name: 'SVG' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`nights-${nights[0]?.date}-2026-03-10.svg`);
  const drawing = await text(await download.createReadStream());
  for (const title of ['Sleep score', 'HRV', 'Stages', 'Bedtimes']) expect(drawing).toContain(`>${title}`);
  // A chart is there once, without what the pointer shows.
  expect(drawing.match(/<svg/g)).toHaveLength(1 + 8);
  expect(complaints).toEqual([]);
});

test('the range is in the address, and reload, back and forward keep it', async () => {
  const { page } = await open('#nights');
  await page.getByRole('button', { name: '7 days', exact: true }).click();
  await page.getByRole('button', { name: '7 days earlier' }).click();
  const earlier = hash(page);
  expect(earlier).toMatch(/^#nights\?range=7&to=2026-03-03$/);
  const range = page.locator('.range');
  await range.getByText('Wed, 25 Feb 2026').waitFor();
  await page.reload();
  await range.getByText('Wed, 25 Feb 2026').waitFor();
  await page.goBack();
  await range.getByText('Tue, 10 Mar 2026').waitFor();
  await page.goForward();
  await range.getByText('Wed, 25 Feb 2026').waitFor();
  await page.getByRole('button', { name: 'Latest' }).click();
  await range.getByText('Tue, 10 Mar 2026').waitFor();
  expect(hash(page)).toBe('#nights?range=7');
});

test('weekdays, years and regularity open on demand, each with a sentence', async () => {
  const { page, complaints } = await open('#nights?range=90');
  await page.getByText('Weekdays, years and regularity').click();
  await page.getByRole('combobox', { name: 'Metric' }).selectOption('HRV');
  for (const title of [
    'HRV by weekday',
    'HRV year over year',
    'Sleep regularity index',
    'Social jetlag',
    'Midsleep',
  ])
    await chart(page, title).locator('svg.marked').waitFor();
  expect(hash(page)).toContain('open=patterns');
  const summaries = await textOf(page.locator('.grid .summary'));
  for (const summary of summaries) expect(summary).toMatch(/^.+\.$/);
  expect(complaints).toEqual([]);
});

test('the first nights fill the charts, and no axis has meaningless decimals', async () => {
  const young = await openSite();
  try {
    await young.sync({ from: '2026-03-10', to: '2026-03-10' });
    for (const range of ['7', '30', '90', '365', 'all']) {
      const { page, complaints } = await openPage(browser, `${young.url}/#nights?range=${range}`);
      await drawn(page);
      await page.locator('.range').getByText('Tue, 10 Mar 2026 – Tue, 10 Mar 2026 · 1 night').waitFor();
      const ticks = await textOf(page.locator('.grid svg text'));
      expect(ticks.filter((tick) => /\.\d{3}/.test(tick ?? ''))).toEqual([]);
      const days = new Set(await textOf(chart(page, 'HRV').locator('[aria-label="x-axis tick label"] text')));
      expect([...days]).toEqual(['10Mar']);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  } finally {
    await young.stop();
  }
});

test('a metric that Oura does not measure says so instead of an empty chart', async () => {
  const other = await openSite();
  try {
    const theirs = createSleepTable(other.runtime.clients.dynamodb, LOGICAL_ID.ouraSleepTable);
    await other.sync({ from: '2026-03-08', to: '2026-03-10' });
    for (const night of await Array.fromAsync(theirs.scan()))
      await theirs.put(
        { ...night, hrv: null },
        { askedAt: Date.parse('2026-03-10T20:00:00Z'), settled: true },
      );
    const { page } = await openPage(browser, `${other.url}/#nights`);
    await charts(page).getByText('HRV: Oura has no value for these nights.').waitFor();
    expect(await slider(page, 'HRV').count()).toBe(0);
  } finally {
    await other.stop();
  }
});
