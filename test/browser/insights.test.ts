import type { Browser, Page } from 'playwright-core';
import type { Effect, EffectsReport, PairName } from '../../services/insights/effects/effects-report.ts';
import type { Insights } from '../../services/insights/insights.ts';
import { measureRows } from '../../services/insights/measures/describe.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { runCommand } from '../helpers/command.ts';
import { STANDING_CLOCK, TODAY } from '../reliability/support/pipeline.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let site: Site;
let browser: Browser;
/** The output of `npm run insights` while the pipeline runs. */
let printed: Insights;

const ask = async (folder: string, ...options: string[]): Promise<Insights> => {
  const { stdout } = await runCommand(['insights', '--format', 'json', '--data-dir', folder, ...options]);
  return JSON.parse(stdout) as Insights;
};

/** Replaces a night without naps by a very bad one. The simulated sleeper has none in this season. */
const storeRareNight = async ({ runtime }: Site): Promise<void> => {
  const table = createSleepTable(runtime.clients.dynamodb, LOGICAL_ID.ouraSleepTable);
  const stored = await table.get(daysFrom(addDays(TODAY, -30), addDays(TODAY, -10)));
  const night = [...stored.values()].find(({ periods }) => periods.length === 1);
  if (!night) throw new Error('Each night has naps');
  const bad = { total_sleep_duration: 3600, hrv: 15 };
  await table.put({ ...night, ...bad }, { askedAt: STANDING_CLOCK.now() + 1, settled: true });
};

beforeAll(async () => {
  site = await openSite({ scenario: 'forgetful' });
  await site.sync({ days: 240 });
  await storeRareNight(site);
  await site.train(240);
  printed = await ask(site.dataDir);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const DIRECTIONS = ['sleep_to_training', 'training_to_sleep'] as const;
type Direction = (typeof DIRECTIONS)[number];
const VERDICTS = ['likely', 'no larger effect', 'undecided', 'not tested'];

const keyOf = ({ sleep_metric, training_metric, lag_days }: PairName): string =>
  `${sleep_metric}/${training_metric}/${lag_days}`;

const effectsIn = (page: Page, direction: Direction) =>
  page.locator(`section[aria-labelledby="${direction}"] details.effect`);

/** Pair, verdict, badge and sentence of each effect, in the order of the page. */
const effectsShown = (page: Page, direction: Direction) =>
  effectsIn(page, direction).evaluateAll((all) =>
    all.map((details) => {
      const badge = details.querySelector('summary .badge')?.textContent ?? '';
      const text = details.querySelector('summary')?.textContent ?? '';
      const words = badge.replace(/^[▲▼] /, '');
      return [details.dataset['pair'], details.dataset['verdict'], words, text.slice(badge.length).trim()];
    }),
  );

const effectsPrinted = ({ primary, exploratory }: EffectsReport) => {
  const shown = (effect: Effect, badge: string) => [keyOf(effect), effect.verdict, badge, effect.sentence];
  return [
    ...primary
      .toSorted((one, other) => VERDICTS.indexOf(one.verdict) - VERDICTS.indexOf(other.verdict))
      .map((effect) => shown(effect, effect.verdict === 'likely' ? 'Likely' : '')),
    ...exploratory.map(({ lead }) => shown(lead, 'Idea')),
  ];
};

test('shows the sentences of npm run insights with their verdicts, likely ones first', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#insights`);
  await page.locator('details.effect').first().waitFor();
  for (const direction of DIRECTIONS)
    expect(await effectsShown(page, direction)).toEqual(effectsPrinted(printed[direction]));
  expect(printed.sleep_to_training.primary[0]?.verdict).toBe('likely');
  expect(complaints).toEqual([]);
});

test('opening an effect by mouse or keyboard shows its figures and its sessions', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#insights?open=training_to_sleep-others`);
  for (const [direction, by] of [
    ['sleep_to_training', 'mouse'],
    ['training_to_sleep', 'keyboard'],
  ] as const) {
    const [effect] = printed[direction].primary;
    if (!effect?.natural) throw new Error('The first main pair was not tested');
    const details = page.locator(
      `section[aria-labelledby="${direction}"] details[data-pair="${keyOf(effect)}"]`,
    );
    const summary = details.locator('summary');
    await summary.waitFor();
    expect(await details.locator('circle').count()).toBe(0);
    if (by === 'mouse') await summary.click();
    else await summary.press('Enter');
    const dots = details.locator('g[aria-label="dot"] circle');
    await dots.nth(effect.n - 1).waitFor();
    expect(await dots.count()).toBe(effect.n);
    const facts = await details.locator('.facts').textContent();
    for (const part of [`With ${effect.natural.per}`, '95 % interval', `${effect.n} sessions`])
      expect(facts).toContain(part);
    const { months, months_held } = effect.stability ?? {};
    expect(facts).toContain(`the same direction in ${months_held} of ${months}`);
    await dots.first().hover({ force: true });
    await details.locator('.tip').getByText('Volume load').first().waitFor();
  }
  const opened = await page.locator('details.effect[open]').count();
  await page.reload();
  await page.locator('details.effect[open]').nth(1).waitFor();
  expect(await page.locator('details.effect[open]').count()).toBe(opened);
  expect(complaints).toEqual([]);
});

test('a likely effect has the sign of what is better or worse, and a picture has all main pairs', async () => {
  const { page } = await openPage(browser, `${site.url}/#insights`);
  await page.locator('details.effect').first().waitFor();
  const { primary } = printed.sleep_to_training;
  const likely = primary.filter(({ verdict }) => verdict === 'likely');
  expect(new Set(likely.map(({ rho }) => (rho ?? 0) > 0)).size).toBe(2);
  for (const effect of likely) {
    const badge = effectsIn(page, 'sleep_to_training').and(page.locator(`[data-pair="${keyOf(effect)}"]`));
    const isMore = (effect.rho ?? 0) > 0;
    expect(await badge.locator('.badge').textContent()).toBe(`${isMore ? '▲' : '▼'} Likely`);
    await badge.locator(isMore ? '.badge.good' : '.badge.bad').waitFor();
  }
  const picture = page.locator('section[aria-labelledby="sleep_to_training"] > .pair svg');
  expect(await picture.locator('g[aria-label="dot"]').first().locator('circle').count()).toBe(
    primary.length - likely.length,
  );
  expect(await picture.getByText(/^[▲▼]$/).count()).toBe(likely.length);
});

test('trends have slope, interval and n, and no direction if the interval contains 0', async () => {
  const { page } = await openPage(browser, `${site.url}/#insights?open=trends`);
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

test('each measure is shown with its value and what it means', async () => {
  const { page } = await openPage(browser, `${site.url}/#insights?open=measures`);
  const rows = page.locator('section[aria-labelledby="measures"] tbody tr');
  await rows.first().waitFor();
  const shown = await rows.evaluateAll((all) =>
    all.map(({ cells }) => [...cells].map((cell) => cell.textContent)),
  );
  expect(shown).toEqual(
    measureRows(printed.measures).map(({ label, value, meaning }) => [label, value, meaning]),
  );
  expect(shown.map(([label]) => label)).toContain('sleep regularity');
});

test('a shorter range shows the sentences of that range', async () => {
  const { page } = await openPage(browser, `${site.url}/#insights`);
  await page.locator('details.effect').first().waitFor();
  await page.getByRole('button', { name: '90 days' }).click();
  expect(page.url()).toContain('period=quarter');
  const to = printed.as_of;
  const from = new Date(Date.parse(`${to}T00:00:00Z`) - 89 * 86_400_000).toISOString().slice(0, 10);
  const short = await ask(site.dataDir, '--from', from);
  await page.locator('[aria-busy="false"]').waitFor();
  expect(short.sleep_to_training.sessions).toBeLessThan(printed.sleep_to_training.sessions);
  expect(await effectsShown(page, 'sleep_to_training')).toEqual(effectsPrinted(short.sleep_to_training));
});

test('ranks rare nights, each with its sign and a link to the night, and marks them in the charts', async () => {
  const { page, complaints } = await openPage(browser, `${site.url}/#insights?open=rare-nights`);
  const rare = printed.rare_nights.find(({ metrics }) =>
    metrics.some(({ metric }) => metric === 'total_sleep_duration' || metric === 'hrv'),
  );
  if (!rare) throw new Error('No night is rare');
  await page.locator('#rare-nights').waitFor();
  const dates = await page
    .locator('.rare li')
    .evaluateAll((items) => items.map((item) => item.getAttribute('data-date')));
  expect(dates).toEqual(printed.rare_nights.map(({ date }) => date));
  const item = page.locator(`.rare li[data-date="${rare.date}"]`);
  expect(await item.textContent()).toContain(rare.sentence);
  expect(await item.locator('.badge').textContent()).toMatch(new RegExp(`^[▲▼✚◆] ${rare.kind}$`));
  await item.getByRole('link').click();
  await page.locator('main').getByText(rare.sentence).first().waitFor();
  const chart = page
    .locator('.grid figure')
    .filter({ has: page.locator('g.nights-rare path') })
    .first();
  const slider = chart.getByRole('slider');
  // The keyboard begins at the selected night.
  expect(await slider.getAttribute('aria-valuetext')).toContain(rare.sentence);
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowRight');
  await chart.locator('.tip').getByText(rare.sentence).waitFor();
  await page.keyboard.press('Escape');
  await chart.locator('.tip').waitFor({ state: 'detached' });
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
    await page.getByText('Nothing can be compared yet.').first().waitFor();
    const shown = await effectsShown(page, 'sleep_to_training');
    expect(new Set(shown.map(([, verdict]) => verdict))).toEqual(new Set(['not tested']));
    expect(complaints).toEqual([]);
  } finally {
    await young.stop();
  }
});
