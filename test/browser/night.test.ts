import { text } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { EARLIEST, type NightAnswer } from '../../services/dashboard/server/api.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { addDays, type Day } from '../../shared/core/day.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { Night, SleepRecord } from '../../shared/core/sleep-record.ts';
import { runCommand } from '../helpers/command.ts';
import { TODAY } from '../reliability/support/pipeline.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

/** A night of the default simulation with two parts and a nap. */
const SPLIT = '2025-12-26';
/** One part, no nap. */
const PLAIN = '2026-03-06';
const [WITHOUT_SERIES, REVISED] = ['2026-03-04', '2026-03-05'];
const STAGES = ['deep', 'light', 'rem', 'awake'];

let site: Site;
let browser: Browser;
let nights: Map<string, SleepRecord>;

beforeAll(async () => {
  site = await openSite();
  await site.sync({ days: 100 });
  const table = createSleepTable(site.runtime.clients.dynamodb, LOGICAL_ID.ouraSleepTable);
  const change = async (date: string, changes: (night: SleepRecord) => Partial<Night>) => {
    const night = (await table.get([date])).get(date);
    if (!night) throw new Error(`no night of ${date}`);
    const askedAt = Date.parse(night.updated_at) + 60_000;
    await table.put({ ...night, ...changes(night) }, { askedAt, settled: true, known: night });
  };
  await change(WITHOUT_SERIES, () => ({ series: [] }));
  await change(REVISED, ({ sleep_score }) => ({ sleep_score: (sleep_score ?? 50) - 7 }));
  const { stdout } = await runCommand(['export', '--data-dir', site.dataDir, '--format', 'json']);
  nights = new Map((JSON.parse(stdout) as SleepRecord[]).map((night) => [night.date, night]));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const stored = (date: string): SleepRecord => {
  const night = nights.get(date);
  if (!night) throw new Error(`no night of ${date}`);
  return night;
};
const openNight = (date: string, colorScheme: 'light' | 'dark' = 'light') =>
  openPage(browser, `${site.url}/#nights/${date}`, { locale: 'en-GB', colorScheme });
/** `Wed, 18 Feb 2026`. */
const shownDay = (date: string) => new Date(date).toUTCString().slice(0, 16).replace(/ 0/, ' ');
const heading = (page: Page) => page.locator('.glance h2');
const hypnogram = (page: Page) => page.locator('.night-charts figure').nth(0);

test('shows the newest night with its exported values', async () => {
  const { page, complaints } = await openPage(browser, site.url);
  await hypnogram(page).locator('svg').waitFor();
  expect(await heading(page).textContent()).toContain('Last night');
  const shown = await page
    .locator('.figures data')
    .evaluateAll((all) => all.map((one) => [one.getAttribute('data-metric'), one.getAttribute('value')]));
  const night = new Map<string, unknown>(Object.entries(stored(TODAY)));
  expect(shown).toEqual(shown.map(([metric]) => [metric, String(night.get(metric ?? ''))]));
  for (const metric of ['sleep_score', 'readiness_score', 'lowest_heart_rate', 'breathing_rate', 'hrv'])
    expect(shown.map(([name]) => name)).toContain(metric);
  expect(complaints).toEqual([]);
});

test('a split night is in bed from its first to its last part, and is no alarm', async () => {
  const { page, complaints } = await openNight(SPLIT);
  const { bedtime_start, bedtime_end, periods } = stored(SPLIT);
  expect(periods.map(({ type }) => type)).toEqual(['long_sleep', 'long_sleep', 'sleep']);
  const [down = '', up = ''] = [bedtime_start?.slice(11, 16), bedtime_end?.slice(11, 16)];
  await page.locator('.figures').getByText(`${down}–${up}`).waitFor();
  const sentence = await page.locator('.in-bed').textContent();
  expect(sentence).toMatch(
    new RegExp(
      `^In bed ${down}–${up}, in 2 parts with \\d+ min out of bed\\. Nap \\d\\d:\\d\\d–\\d\\d:\\d\\d\\.$`,
    ),
  );
  // The rare nights have arrived: others have marks.
  await page.locator('.mark.rare').first().waitFor();
  expect(await page.locator('.glance .out').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('the hypnogram draws each stretch of a stage to scale and on its level', async () => {
  const { page } = await openNight(PLAIN);
  await hypnogram(page).locator('svg').waitFor();
  const [series, other] = stored(PLAIN).series;
  expect(other).toBeUndefined();
  const start = Date.parse(stored(PLAIN).bedtime_start ?? '');
  const length = Date.parse(stored(PLAIN).bedtime_end ?? '') - start;
  const digits = [...(series?.sleep_phase_5_min ?? '')];
  const runs = digits.flatMap((digit, at) => (digit === digits[at - 1] ? [] : [{ digit, at }]));
  const tops = new Set<number>();
  for (const [index, stage] of STAGES.entries()) {
    const bars = await hypnogram(page)
      .locator(`g.stage-${stage} rect`)
      .evaluateAll((all) =>
        all.map((bar) => ['x', 'width', 'y'].map((name) => Number(bar.getAttribute(name)))),
      );
    const wanted = runs.flatMap(({ digit, at }, run) =>
      digit === String(index + 1)
        ? [[at * 300_000, Math.min((runs[run + 1]?.at ?? digits.length) * 300_000, length)] as const]
        : [],
    );
    const frame = await hypnogram(page)
      .locator('svg')
      .evaluate((svg) => svg.clientWidth);
    const perMs = (frame - 52 - 14) / length;
    expect(bars).toHaveLength(wanted.length);
    for (const [at, [from, to]] of wanted.entries()) {
      expect(bars[at]?.[0]).toBeCloseTo(52 + from * perMs, 1);
      expect(bars[at]?.[1]).toBeCloseTo((to - from) * perMs, 1);
    }
    expect(new Set(bars.map(([, , y]) => y)).size).toBe(1);
    tops.add(bars[0]?.[2] ?? Number.NaN);
  }
  // Deep is the lowest level and awake the highest.
  expect([...tops]).toEqual([...tops].sort((one, next) => next - one));
  expect(tops.size).toBe(STAGES.length);
});

test('a curve names the value and the time under the pointer, and the lowest heart rate its time', async () => {
  const { page, complaints } = await openNight(PLAIN);
  const chart = page.locator('.night-charts figure').nth(1);
  await chart.locator('svg').waitFor();
  const answer = (await (
    await fetch(`${site.url}/api/nights/${PLAIN}`, { headers: site.headers })
  ).json()) as NightAnswer;
  const rates = answer.periods.flatMap(({ samples }) =>
    samples.flatMap(({ at, heart_rate }) => (heart_rate === null ? [] : [{ at, heart_rate }])),
  );
  const lowest = Math.min(...rates.map(({ heart_rate }) => heart_rate));
  const at = rates.find(({ heart_rate }) => heart_rate === lowest)?.at ?? 0;
  const offset =
    Date.parse(`${stored(PLAIN).bedtime_start?.slice(0, 19)}Z`) -
    Date.parse(stored(PLAIN).bedtime_start ?? '');
  const time = new Date(at + offset).toISOString().slice(11, 16);
  const caption = await chart.locator('figcaption').textContent();
  expect(caption).toContain(`Lowest heart rate ${stored(PLAIN).lowest_heart_rate} bpm`);
  expect(caption).toContain(`began at ${time}.`);
  await chart.locator('g.lowest-point circle').hover({ force: true });
  await page.locator('.tip', { hasText: time }).waitFor();
  expect(await page.locator('.tip').textContent()).toContain(`${lowest}.0 bpm`);
  // The line goes through all charts.
  const [line, dot, frame] = await Promise.all(
    [page.locator('.crosshair'), chart.locator('g.lowest-point circle'), page.locator('.night-charts')].map(
      (each) => each.boundingBox(),
    ),
  );
  expect(Math.abs((line?.x ?? 0) - (dot?.x ?? 0) - (dot?.width ?? 0) / 2)).toBeLessThan(2);
  expect(line?.height).toBeCloseTo(frame?.height ?? 0, 0);
  await page.mouse.move(5, 5);
  await page.locator('.crosshair').waitFor({ state: 'hidden' });
  expect(complaints).toEqual([]);
});

test('every night can be reached with the arrow keys, and the focus stays in the strip', async () => {
  const { page } = await openNight(TODAY);
  const current = page.locator('.strip a[aria-current]');
  await current.focus();
  // Nothing is later than today.
  await page.keyboard.press('ArrowRight');
  // Beyond the 14 nights of the first strip.
  for (let back = 1; back <= 20; back += 1) {
    await page.keyboard.press('ArrowLeft');
    const date = addDays(TODAY, -back);
    await page.locator(`.strip a[aria-current][href*="${date}"]:focus`).waitFor();
    expect(new URL(page.url()).hash).toBe(`#nights/${date}`);
  }
  await page.keyboard.press('ArrowRight');
  await page.locator(`.strip a[href*="${addDays(TODAY, -19)}"]:focus`).waitFor();
  await page.goBack();
  await heading(page)
    .getByText(shownDay(addDays(TODAY, -20)))
    .waitFor();
  await page.getByRole('link', { name: 'Later' }).click();
  await heading(page)
    .getByText(shownDay(addDays(TODAY, -19)))
    .waitFor();
});

test('the arrow keys stop at the first date of the page', async () => {
  const { page } = await openNight(addDays(EARLIEST, 1));
  const focused = (date: Day) => page.locator(`.strip a[aria-current][href*="${date}"]:focus`).waitFor();
  await page.locator('.strip a[aria-current]').focus();
  for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowRight']) {
    await page.keyboard.press(key);
    await focused(key === 'ArrowLeft' ? EARLIEST : addDays(EARLIEST, 1));
  }
});

test('a night without curves shows its totals and says so', async () => {
  const { page, complaints } = await openNight(WITHOUT_SERIES);
  await page.getByText('Oura sent no stages over time for this night, only their totals.').waitFor();
  expect(await page.locator('.night-charts svg').count()).toBe(0);
  expect(await page.locator('.night-charts .legend').textContent()).toMatch(/Deep \d h \d\d \d+ %/);
  for (const name of ['Heart rate', 'HRV'])
    await page.getByText(`Oura sent no ${name} over time for this night.`).waitFor();
  expect(complaints).toEqual([]);
});

test('a revision says what changed from what to what', async () => {
  const { page } = await openNight(REVISED);
  const [before, after] = [
    Number(stored(REVISED).history[0]?.changed['sleep_score']),
    stored(REVISED).sleep_score,
  ];
  await page.getByText(`Oura changed sleep score from ${before} to ${after}.`).waitFor();
});

test('a date without a night says so, and leads to the nearest night', async () => {
  const first = [...nights.keys()].sort()[0] ?? '';
  const { page, complaints } = await openNight(addDays(first, -40));
  await page.getByText('No night is stored for this date.').waitFor();
  await page.getByText('No sync has requested this date.').waitFor();
  await page.getByRole('link', { name: 'Later' }).click();
  await hypnogram(page).locator('svg').waitFor();
  expect(new URL(page.url()).hash).toBe(`#nights/${first}`);
  expect(complaints).toEqual([]);
});

test('a night can be saved as an SVG that looks the same without the page, and as a PNG', async () => {
  const { page, complaints } = await openNight(SPLIT, 'dark');
  await page.locator('.night-charts svg').nth(2).waitFor();
  const download = async (name: string) => {
    const downloading = page.waitForEvent('download');
    await page.locator('.glance .pictures').getByRole('button', { name }).click();
    return downloading;
  };
  const svg = await download('SVG');
  expect(svg.suggestedFilename()).toBe(`night-${SPLIT}.svg`);
  const drawing = await text(await svg.createReadStream());
  expect(drawing).not.toMatch(/var\(|<style|class="pointed"/);
  expect(drawing).toContain('Fri, 26 Dec 2025');
  expect(drawing).toContain('in 2 parts');
  const copy = await page.context().newPage();
  await copy.setContent(drawing);
  const coloured = (where: Page) =>
    where
      .locator('g.stage-deep rect')
      .evaluateAll((all) =>
        all.map((bar) => [String(bar.computedStyleMap().get('fill')), bar.getAttribute('width')]),
      );
  expect(await coloured(copy)).toEqual(await coloured(page));
  const surface = await page
    .locator('.glance')
    .evaluate((card) => String(card.computedStyleMap().get('background-color')));
  expect(/<rect fill="([^"]*)"/.exec(drawing)?.[1]).toBe(surface);
  const png = await download('PNG');
  const chunks: Buffer[] = [];
  for await (const chunk of await png.createReadStream()) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  const [, width] = /<svg[^>]* width="(\d+)"/.exec(drawing) ?? [];
  expect(bytes.readUInt32BE(16)).toBe(2 * Number(width));
  expect(complaints).toEqual([]);
});
