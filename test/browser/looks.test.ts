import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
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
  readonly impact: string;
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
      `%s on a ${size}, ${colorScheme}: does not scroll sideways, and axe finds no serious problem`,
      async (name, site, hash, ready) => {
        const { page, complaints } = await openPage(browser, `${site().url}/${hash}`, {
          colorScheme,
          viewport: { width, height: 844 },
          // The test injects axe into the page, which the Content-Security-Policy would block.
          bypassCSP: true,
        });
        await page.locator(ready).first().waitFor();
        for (const summary of await page.locator('main summary').all()) await summary.click();
        await page.screenshot({ path: join(SHOTS, `${name}-${size}-${colorScheme}.png`), fullPage: true });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await page.addScriptTag({ path: AXE });
        const { violations } = (await page.evaluate('axe.run()')) as { violations: Finding[] };
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html).slice(0, 3)])).toEqual([]);
        expect(complaints).toEqual([]);
        await page.context().close();
      },
    );
  }
}
