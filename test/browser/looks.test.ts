import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { layoutOf, openLists } from './support/layout.ts';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** The skip link moves the focus itself, because the part of the address behind `#` is the place in the page. */
const AXE_RUN = "axe.run({ rules: { 'skip-link': { enabled: false } } })";
const SHOTS = process.env['SCREENSHOTS'] ?? mkdtempSync(join(tmpdir(), 'oura-page-'));

let browser: Browser;
let full: Site;
let down: Site;
let empty: Site;
let young: Site;

beforeAll(async () => {
  browser = await openBrowser();
  full = await openSite({ scenario: 'forgetful', nextSync: new Date('2026-03-11T19:00:00Z') });
  await full.sync({ days: 120 });
  await full.train(120);
  down = await openSite({ scenario: 'down' });
  await down.sync();
  await down.runtime.idle();
  young = await openSite();
  await young.sync();
  empty = await openSite({ nextSync: new Date('2026-03-11T19:00:00Z') });
});
afterAll(async () => {
  await browser.close();
  for (const site of [full, down, empty, young]) await site.stop();
  process.stdout.write(`Screenshots: ${SHOTS}\n`);
});

/** An accessibility problem that axe found. */
interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

const VIEWS = [
  ['nights', () => full, '#nights', '.grid figure:nth-child(8) svg'],
  ['calendar', () => full, '#calendar', 'a[data-date]'],
  ['insights', () => full, '#insights', 'details.effect'],
  ['insights-without-workouts', () => young, '#insights', '#rare-nights'],
  ['pipeline', () => full, '#pipeline', 'tbody tr'],
  ['pipeline-after-an-outage', () => down, '#pipeline', '.failures'],
  ['calendar-after-an-outage', () => down, '#calendar', 'a[data-date]'],
  ['empty', () => empty, '#nights', '.empty'],
] as const;

const SIZES = [
  ['desktop', 1200],
  ['phone', 390],
] as const;

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, width] of SIZES) {
    test.each(VIEWS)(
      `%s on a ${size}, ${colorScheme}: does not scroll sideways, and axe finds nothing`,
      async (name, site, hash, ready) => {
        const { page, complaints } = await openPage(browser, `${site().url}/${hash}`, {
          colorScheme,
          viewport: { width, height: 844 },
          // The test injects axe into the page, which the Content-Security-Policy would block.
          bypassCSP: true,
        });
        await page.locator(ready).first().waitFor();
        await openLists(page);
        await page.screenshot({ path: join(SHOTS, `${name}-${size}-${colorScheme}.png`), fullPage: true });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await page.addScriptTag({ path: AXE });
        const { violations } = (await page.evaluate(AXE_RUN)) as { violations: Finding[] };
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html).slice(0, 3)])).toEqual(
          [],
        );
        expect(complaints).toEqual([]);
        await page.context().close();
      },
    );
  }
}

const WIDTHS = Array.from({ length: 41 }, (_, step) => 320 + 40 * step);
/** The smallest target for a mouse and for a finger: WCAG 2.2, 2.5.8 and 2.5.5. */
const [MOUSE, FINGER] = [24, 44] as const;

test.each(VIEWS)(
  '%s fits every width from 320 to 1920 px, and no two texts overlap',
  async (_, site, hash, ready) => {
    const { page, complaints } = await openPage(browser, `${site().url}/${hash}`);
    await page.locator(ready).first().waitFor();
    await openLists(page);
    const wrong: unknown[] = [];
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const { overflow, overlaps, small } = await layoutOf(page, MOUSE);
      if (overflow > 0 || overlaps.length + small.length > 0)
        wrong.push({ width, overflow, overlaps: overlaps.slice(0, 5), small: small.slice(0, 5) });
    }
    expect(wrong).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);

test.each(VIEWS)('%s has targets for a finger on a phone', async (_, site, hash, ready) => {
  for (const width of [320, 360, 390]) {
    const phone = { viewport: { width, height: 844 }, hasTouch: true, isMobile: true };
    const { page } = await openPage(browser, `${site().url}/${hash}`, phone);
    await page.locator(ready).first().waitFor();
    await openLists(page);
    expect(await layoutOf(page, FINGER)).toEqual({ overflow: 0, overlaps: [], small: [] });
    await page.context().close();
  }
});

test.each(VIEWS)('%s can be read at 200 %% zoom', async (name, site, hash, ready) => {
  // A window of 1280 × 900 at 200 %: half the CSS pixels, twice the device pixels.
  const zoomed = { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 };
  const { page } = await openPage(browser, `${site().url}/${hash}`, zoomed);
  await page.locator(ready).first().waitFor();
  await openLists(page);
  await page.screenshot({ path: join(SHOTS, `${name}-zoomed.png`) });
  expect(await layoutOf(page, MOUSE)).toEqual({ overflow: 0, overlaps: [], small: [] });
  // Nothing that stays in place while the page scrolls takes the window.
  const fixed =
    "[...document.querySelectorAll('body *')].filter((each) => /fixed|sticky/.test(getComputedStyle(each).position)).length";
  expect(await page.evaluate(fixed)).toBe(0);
  await page.context().close();
});

test.each(VIEWS)('%s can be printed, and read with forced colours', async (name, site, hash, ready) => {
  const { page } = await openPage(browser, `${site().url}/${hash}`, { forcedColors: 'active' });
  await page.locator(ready).first().waitFor();
  const backgrounds = await page.evaluate(
    "[...document.querySelectorAll('.bar nav a')].map((link) => getComputedStyle(link).backgroundColor)",
  );
  // Three of the four views look the same, and the current one does not.
  expect(new Set(backgrounds as string[]).size).toBe(2);
  await page.screenshot({ path: join(SHOTS, `${name}-forced-colours.png`), fullPage: true });
  await page.emulateMedia({ media: 'print', forcedColors: 'none' });
  // A4 with margins of 1 cm.
  await page.setViewportSize({ width: 718, height: 1000 });
  expect(await layoutOf(page, 0)).toMatchObject({ overflow: 0, overlaps: [] });
  expect(await page.locator('main button:visible').count()).toBe(0);
  await page.pdf({ path: join(SHOTS, `${name}.pdf`), format: 'A4' });
  await page.context().close();
});
