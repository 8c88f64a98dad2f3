import type { Browser, Page } from 'playwright-core';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { type Day, daysFrom } from '../../shared/core/day.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';
import { storeTenYears } from './support/ten-years.ts';

const MOST_BYTES = 150_000;

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await openSite();
  await site.sync({ days: 60 });
  const { dynamodb } = site.runtime.clients;
  const nights = await Array.fromAsync(createSleepTable(dynamodb, LOGICAL_ID.ouraSleepTable).scan());
  await storeTenYears(dynamodb, nights);
  await site.train(730);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const say = (line: string) => process.stdout.write(`${line}\n`);

/** What the first view cost: times in ms since the navigation, bytes as they were sent. */
interface Cost {
  readonly paint: number;
  readonly charts: number;
  readonly sent: number;
  readonly decoded: number;
}

/** A second after its nights have arrived, the page requests more in advance. That is not part of the first view. */
const COST = `(() => {
  const resources = performance.getEntriesByType('resource');
  const nights = resources.find(({ name }) => name.includes('/api/nights?'));
  const needed = resources.filter(({ startTime }) => startTime < nights.responseEnd + 500);
  const entries = [...performance.getEntriesByType('navigation'), ...needed];
  const sum = (field) => entries.reduce((total, entry) => total + entry[field], 0);
  return {
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    charts: performance.now(),
    sent: sum('encodedBodySize'),
    decoded: sum('decodedBodySize'),
  };
})()`;

test('with ten years stored, the first view is at most 150 KB', async () => {
  for (const which of ['first request after the start', 'second load']) {
    const { page, complaints } = await openPage(browser, site.url);
    await page.locator('.glance').waitFor();
    await page.locator('.grid figure svg').nth(7).waitFor();
    const { paint, charts, sent, decoded } = (await page.evaluate(COST)) as Cost;
    say(
      `Ten years stored, ${which}: first paint ${paint.toFixed(0)} ms, charts drawn ${charts.toFixed(0)} ms, ${(sent / 1000).toFixed(0)} KB sent, ${(decoded / 1000).toFixed(0)} KB decoded`,
    );
    expect(sent).toBeLessThan(MOST_BYTES);
    expect(sent).toBeLessThan(decoded / 2);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

/** Frames in which a view begins to load. */
const FRAMES = 3;

/** Clicks, and returns how long it takes in the browser until `shown` is true and nothing is loading any more, in ms. */
const timeOf = (page: Page, button: string, shown: string): Promise<number> =>
  page.evaluate(`new Promise((done) => {
    const begun = performance.now();
    [...document.querySelectorAll('main button, nav a')].find((one) => (one.ariaLabel ?? one.textContent) === '${button}').click();
    let frames = 0;
    const look = () =>
      ++frames > ${FRAMES} && document.querySelector('main [aria-busy="true"]') === null && ${shown}
        ? done(performance.now() - begun)
        : requestAnimationFrame(look);
    requestAnimationFrame(look);
  })`);

test('with ten years stored, shows every range, and the calendar of every year', async () => {
  const { page, complaints } = await openPage(browser, site.url);
  await page.locator('.glance').waitFor();
  await page.locator('.grid figure svg').nth(7).waitFor();
  for (const [range, nights] of [
    ['1 year', '365 nights'],
    ['All', '3653 nights'],
    ['30 days', '30 nights'],
    ['All', '3653 nights'],
  ] as const) {
    const shown = `document.querySelector('.tools .range')?.textContent.includes('${nights}')`;
    say(`Ten years stored: ${range} ${(await timeOf(page, range, shown)).toFixed(0)} ms`);
  }
  const year = (date: string) => `document.querySelector('a[data-date="${date}"]') !== null`;
  say(`Ten years stored: calendar ${(await timeOf(page, 'Calendar', year('2026-03-10'))).toFixed(0)} ms`);
  for (let back = 2025; back >= 2016; back--) {
    const took = await timeOf(page, 'One year earlier', year(`${back}-12-31`));
    if (back === 2025 || back === 2016)
      say(`Ten years stored: ${back} in the calendar ${took.toFixed(0)} ms`);
  }
  expect(complaints).toEqual([]);
});

/** Requests the insights from a date, and the overview again and again until they arrive. Times in ms since the first request. */
const insightsMeanwhile = async (from: Day) => {
  const begun = performance.now();
  const read = async (path: string) => {
    const requested = performance.now() - begun;
    const response = await fetch(`${site.url}${path}`, { headers: site.headers });
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    return { requested, answered: performance.now() - begun };
  };
  let computed = 0;
  const insights = read(`/api/insights?from=${from}`).then(({ answered }) => {
    computed = answered;
  });
  const responses: { requested: number; answered: number }[] = [];
  while (computed === 0) responses.push(await read('/api/overview'));
  await insights;
  return { computed, responses };
};

test('with ten years stored, the server responds while it computes insights', async () => {
  // The server reads the history, computes, and sends the result. On one thread, nothing requested in the third quarter gets
  // a response before the last tenth. A busy machine can delay a response that long, so any of several computations counts.
  for (const from of daysFrom('2016-06-01', '2016-06-30')) {
    const { computed, responses } = await insightsMeanwhile(from);
    const longest = Math.max(...responses.map(({ requested, answered }) => answered - requested));
    say(
      `Ten years stored: insights ${computed.toFixed(0)} ms, longest of ${responses.length} other responses meanwhile ${longest.toFixed(0)} ms`,
    );
    const isMeanwhile = ({ requested, answered }: { requested: number; answered: number }) =>
      requested > computed / 2 && answered < computed * 0.9;
    if (responses.some(isMeanwhile)) return;
  }
  throw new Error('The server responded during none of the computations');
});

test('with ten years stored, shows insights', async () => {
  const { page, complaints } = await openPage(browser, site.url);
  await page.locator('.glance').waitFor();
  const shown = "document.querySelector('#trends') !== null";
  for (const which of ['insights', 'insights again']) {
    say(`Ten years stored: ${which} ${(await timeOf(page, 'Insights', shown)).toFixed(0)} ms`);
    await page.getByRole('link', { name: 'Nights' }).click();
    await page.locator('.glance').waitFor();
  }
  const uncached = "document.querySelector('[aria-pressed=\"true\"]').textContent === '1 year'";
  await page.getByRole('link', { name: 'Insights' }).click();
  await page.locator('#trends').waitFor();
  say(
    `Ten years stored: insights of 1 year, for the first time ${(await timeOf(page, '1 year', uncached)).toFixed(0)} ms`,
  );
  expect(complaints).toEqual([]);
});
