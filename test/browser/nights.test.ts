import type { Browser, Page } from 'playwright-core';
import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { runCommand } from '../helpers/command.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let site: Site;
let browser: Browser;
/** The output of `npm run export` while the pipeline runs. */
let exported: SleepRecord[];

const exportNights = async (...options: string[]) => {
  const { stdout } = await runCommand(['export', '--data-dir', site.dataDir, ...options]);
  return stdout;
};

beforeAll(async () => {
  site = await openSite({ scenario: 'forgetful' });
  await site.sync({ days: 100 });
  exported = JSON.parse(await exportNights('--format', 'json')) as SleepRecord[];
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const chartsDrawn = async (page: Page) => {
  await page.locator('.grid figure svg').nth(7).waitFor();
  // The night is above the charts.
  await page.locator('.night-charts svg').nth(2).waitFor();
};

/** The marks of the nights in the chart of a metric; those of one kind are in order. */
const marksOf = (page: Page, label: string) =>
  page.locator('.grid figure', { hasText: label }).locator('g[class^="nights-"] > *');

test.each([
  ['7 days', 7],
  ['30 days', 30],
  ['90 days', 90],
  ['1 year', 365],
])('%s: the table has the exported values', async (label, days) => {
  const { page, complaints } = await openPage(browser, site.url);
  await page.getByRole('button', { name: label, exact: true }).click();
  const newest = exported.at(-1)?.date ?? '';
  const wanted = exported.filter(({ date }) => (Date.parse(newest) - Date.parse(date)) / 86_400_000 < days);
  await page.getByText(`· ${wanted.length} nights`).waitFor();
  await page.getByText('Every value as a table').click();
  const rows = await page
    .locator('table.numbers tbody tr')
    .evaluateAll((all) =>
      all.map((row) => [
        row.getAttribute('data-date'),
        Object.fromEntries(
          [...row.querySelectorAll('data')].map((cell) => [
            cell.getAttribute('data-metric'),
            cell.getAttribute('value') ?? '',
          ]),
        ),
      ]),
    );
  const numbers = METRIC_NAMES.filter((name) => name !== 'bedtime_start' && name !== 'bedtime_end');
  expect(rows).toEqual(
    wanted
      .toReversed()
      .map((night) => [
        night.date,
        Object.fromEntries(numbers.map((name) => [name, String(night[name] ?? '')])),
      ]),
  );
  expect(complaints).toEqual([]);
});

test('a chart draws every night of the range at the height of the exported value', async () => {
  const { page } = await openPage(browser, site.url);
  await chartsDrawn(page);
  const heights = await marksOf(page, 'Sleep score').evaluateAll((marks) =>
    marks
      .map((mark) => mark.getBoundingClientRect())
      .map(({ left, width, top, height }) => ({ x: left + width / 2, y: top + height / 2 }))
      .sort((one, other) => one.x - other.x)
      .map(({ y }) => y),
  );
  const newest = exported.at(-1)?.date ?? '';
  const scores = exported.flatMap(({ date, sleep_score }) =>
    (Date.parse(newest) - Date.parse(date)) / 86_400_000 < 30 && sleep_score !== null ? [sleep_score] : [],
  );
  expect(heights).toHaveLength(scores.length);
  // The lowest and the highest score define a linear scale for the others.
  const [low, high] = [scores.indexOf(Math.min(...scores)), scores.indexOf(Math.max(...scores))];
  const at = (index: number) => heights[index] ?? Number.NaN;
  const of = (index: number) => scores[index] ?? Number.NaN;
  for (const [index, score] of scores.entries()) {
    const share = (score - of(low)) / (of(high) - of(low));
    expect(at(index)).toBeCloseTo(at(low) + share * (at(high) - at(low)), 1);
  }
});

test('hovering over a night shows its values, and clicking shows it at a glance', async () => {
  const { page, complaints } = await openPage(browser, site.url);
  await chartsDrawn(page);
  const chart = page.locator('.grid figure', { hasText: 'HRV' });
  const night = exported.filter(({ hrv }) => hrv !== null).at(-3);
  const dot = marksOf(page, 'HRV').nth(-3);
  await dot.hover({ force: true });
  const tip = chart.locator('.tip');
  await tip.getByText(`HRV ${night?.hrv?.toFixed(0)} ms`).waitFor();
  expect(await tip.textContent()).toMatch(/7-day mean \d+ ms.*typical \d+–\d+ ms/s);
  await dot.click({ force: true });
  await page.locator(`.glance data[data-metric="hrv"][value="${night?.hrv}"]`).waitFor();
  expect(new URL(page.url()).hash).toBe(`#nights/${night?.date}`);
  expect(complaints).toEqual([]);
});

test('marks nights with naps, revisions or a provisional state', async () => {
  const { page } = await openPage(browser, site.url);
  await page.getByRole('button', { name: '90 days' }).click();
  await page.getByText('Every value as a table').click();
  const marked = await page
    .locator('table.numbers tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [row.getAttribute('data-date'), row.lastElementChild?.textContent]),
    );
  for (const [date, marks] of marked) {
    const night = exported.find((candidate) => candidate.date === date);
    expect(marks?.includes('provisional')).toBe(night?.settled === false);
    // Long sleeps are parts of the night. Without one, the longest nap is the night.
    const short = night?.periods.filter(({ type }) => type === 'sleep' || type === 'late_nap').length ?? 0;
    const isSplit = night?.periods.some(({ type }) => type === 'long_sleep') ?? false;
    expect(marks?.includes('nap')).toBe(isSplit ? short > 0 : short > 1);
  }
  expect(marked.some(([, marks]) => marks?.includes('nap'))).toBe(true);
});

test.each(['csv', 'json'])('a %s download equals the output of export for the same dates', async (format) => {
  const { page } = await openPage(browser, site.url);
  await page.getByRole('button', { name: '7 days' }).click();
  await page.getByText(/· [1-7] nights?$/).waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: format.toUpperCase() }).click();
  const download = await downloading;
  const [, from = '', to = ''] =
    /^nights-(\d{4}-\d{2}-\d{2})-(\d{4}-\d{2}-\d{2})\./.exec(download.suggestedFilename()) ?? [];
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe(
    await exportNights('--format', format, '--from', from, '--to', to),
  );
});
