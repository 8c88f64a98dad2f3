import type { Browser, Page } from 'playwright-core';
import { isClaim } from '../../services/insights/correlations.ts';
import type { Insights } from '../../services/insights/insights.ts';
import { runCommand } from '../helpers/command.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let site: Site;
let browser: Browser;
/** The output of `npm run insights` while the pipeline runs. */
let printed: Insights;

const ask = async (folder: string, ...options: string[]): Promise<Insights> => {
  const { stdout } = await runCommand(['insights', '--format', 'json', '--data-dir', folder, ...options]);
  return JSON.parse(stdout) as Insights;
};

beforeAll(async () => {
  site = await openSite({ scenario: 'forgetful' });
  await site.sync({ days: 240 });
  await site.train(240);
  printed = await ask(site.dataDir);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const pairsShown = (page: Page) =>
  page
    .locator('.pairs tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [
        row.getAttribute('data-pair'),
        ...[...row.cells].slice(3).map((cell) => cell.textContent),
      ]),
    );

const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(2);
  return text === '0.00' ? text : `${value < 0 ? '−' : '+'}${text}`;
};

test('shows the pairs of npm run insights, claimed ones first, with n, interval, q and verdict', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#insights`);
  await page.locator('.pairs').waitFor();
  const claims = printed.correlations.filter(isClaim);
  expect(claims.length).toBeGreaterThan(0);
  await page
    .getByText(`${claims.length} of 255 pairs ${claims.length === 1 ? 'is' : 'are'} clearly related.`)
    .waitFor();
  await page.getByRole('button', { name: 'Show all 255 pairs' }).click();
  const rows = await pairsShown(page);
  const wanted = new Map(
    printed.correlations.map(({ sleep_metric, training_metric, lag_days, n, rho, ci, q, verdict }) => [
      `${sleep_metric}/${training_metric}/${lag_days}`,
      [
        String(n),
        signed(rho ?? 0),
        `${signed(ci?.[0] ?? 0)} to ${signed(ci?.[1] ?? 0)}`,
        q?.toFixed(3),
        verdict,
      ],
    ]),
  );
  expect(new Map(rows.map(([pair, ...cells]) => [pair, cells]))).toEqual(wanted);
  expect(rows.slice(0, claims.length).every(([, , , , , verdict]) => / with /.test(verdict ?? ''))).toBe(
    true,
  );
  expect(complaints).toEqual([]);
});

test('choosing a pair by mouse or keyboard draws its points and shows its verdict', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#insights`);
  const dots = page.locator('.pair g[aria-label="dot"] circle');
  for (const [sleep, night, training, pair, by] of [
    ['HRV', 'the night before', 'Estimated 1RM', ['hrv', 'estimated_1rm_change', 0], 'mouse'],
    ['Bedtime', '3 nights before', 'Number of sets', ['bedtime_start', 'sets', 2], 'keyboard'],
  ] as const) {
    const [sleep_metric, training_metric, lag] = pair;
    const row = printed.correlations.find(
      (one) =>
        one.sleep_metric === sleep_metric && one.training_metric === training_metric && one.lag_days === lag,
    );
    const all = page.getByRole('button', { name: 'Show all 255 pairs' });
    if (by === 'keyboard') await all.press('Enter');
    const button = page.getByRole('button', {
      name: `Show ${sleep} of ${night} and ${training}`,
      exact: true,
    });
    if (by === 'mouse') await button.click();
    else await button.press('Enter');
    await page.locator(`tr.chosen[data-pair="${pair.join('/')}"]`).waitFor();
    await page
      .locator('.verdict b')
      .getByText(row?.verdict ?? '?', { exact: false })
      .waitFor();
    await dots.nth((row?.n ?? 0) - 1).waitFor();
    expect(await dots.count()).toBe(row?.n);
    expect(await page.locator('.pair g[aria-label="linear-regression"] path').count()).toBe(2);
    expect(await button.getAttribute('aria-pressed')).toBe('true');
  }
  await dots.first().hover({ force: true });
  await page
    .locator('.pair g[aria-label="tip"]')
    .getByText(/Bedtime \d\d:\d\d/)
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});

test('trends have slope, interval and n, and no direction if the interval contains 0', async () => {
  const { page } = await openPage(browser, `${site.url}/#insights`);
  await page.locator('tr[data-metric]').first().waitFor();
  const rows = await page
    .locator('tr[data-metric]')
    .evaluateAll((all) =>
      all.map((row) => [row.getAttribute('data-metric'), ...[...row.cells].map((cell) => cell.textContent)]),
    );
  expect(rows.map(([metric]) => metric)).toEqual(printed.trends.map(({ metric }) => metric));
  for (const [index, { n, slope_ci }] of printed.trends.entries()) {
    const [low = 0, high = 0] = slope_ci ?? [];
    const direction = low > 0 ? 'rising' : high < 0 ? 'falling' : 'no clear trend';
    expect(rows[index]?.slice(-2)).toEqual([String(n), direction]);
  }
  const hrv = printed.trends.find(({ metric }) => metric === 'hrv');
  const ends = (hrv?.slope_ci ?? []).map((end) => (end * 30).toFixed(1).replace('-', '−'));
  expect(
    rows
      .find(([metric]) => metric === 'hrv')
      ?.at(-3)
      ?.replaceAll('+', ''),
  ).toBe(ends.join(' to '));
});

test('a shorter range shows the numbers of that range', async () => {
  const { page } = await openPage(browser, `${site.url}/#insights`);
  await page.getByRole('button', { name: '90 days' }).click();
  const to = printed.as_of;
  const from = new Date(Date.parse(`${to}T00:00:00Z`) - 89 * 86_400_000).toISOString().slice(0, 10);
  const short = await ask(site.dataDir, '--from', from);
  await page.locator('[aria-busy="false"]').waitFor();
  const rows = await pairsShown(page);
  const best = short.correlations.toSorted((one, other) => (one.p ?? 1) - (other.p ?? 1))[0];
  expect(rows.map(([pair]) => pair)).toContain(
    `${best?.sleep_metric}/${best?.training_metric}/${best?.lag_days}`,
  );
  expect(rows[0]?.[1]).toBe(String(best?.n));
});

test('lists a rare night with its sentence and a link to the night, and marks it in the charts', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#insights`);
  const rare = printed.rare_nights.find(({ metrics }) =>
    metrics.some(({ metric }) => metric === 'total_sleep_duration' || metric === 'hrv'),
  );
  if (!rare) throw new Error('No night of the simulated sleeper was rare');
  await page.locator('#rare-nights').waitFor();
  const more = page.getByRole('button', { name: /^Show all \d+$/ });
  if (await more.count()) await more.click();
  const item = page.locator(`.rare li[data-date="${rare.date}"]`);
  expect(await item.textContent()).toContain(rare.sentence);
  await item.getByRole('link').click();
  await page.locator('.glance .out').getByText(rare.sentence).waitFor();
  const dot = page.locator(`g.rare-nights circle[data-date="${rare.date}"]`).first();
  const chart = page.locator('figure').filter({ has: dot });
  const tip = chart.locator('g[aria-label="tip"]').getByText(rare.sentence);
  await dot.focus();
  await tip.waitFor();
  expect(await dot.getAttribute('aria-label')).toContain(rare.sentence);
  await page.locator('.glance h2').click();
  await tip.waitFor({ state: 'detached' });
  await dot.hover({ force: true });
  await tip.waitFor();
  await page.getByText('Every value as a table').click();
  expect(await page.locator(`table.numbers tr[data-date="${rare.date}"]`).textContent()).toContain(
    rare.sentence,
  );
  expect(complaints).toEqual([]);
});

test('explains how to import workouts if there are none, and claims nothing with few', async () => {
  const young = await openSite();
  try {
    await young.sync({ days: 30 });
    const { page, complaints } = await openPage(browser, `${young.url}/#insights`);
    await page.getByText('npm run workouts -- import FILE').waitFor();
    await young.train(15);
    await page.reload();
    await page.getByText(/^No pair can be tested yet: \d+ days, at least 20 are needed\.$/).waitFor();
    expect((await pairsShown(page)).every(([, , rho]) => rho === '–')).toBe(true);
    expect(complaints).toEqual([]);
  } finally {
    await young.stop();
  }
});
