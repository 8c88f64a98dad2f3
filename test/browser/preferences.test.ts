import type { Browser } from 'playwright-core';
import { openBrowser, openPage, openSite, type Site } from './support/site.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([openBrowser(), openSite()]);
  await site.sync();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

test('the language of the browser chooses the clock and the units', async () => {
  const { page, complaints } = await openPage(browser, site.url, { locale: 'en-US' });
  await page.getByText('11:11 pm–6:45 am').first().waitFor();
  await page
    .getByText(/^[+−]?\d\.\d\d °F$/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'lb', exact: true, pressed: true }).waitFor();
  expect(complaints).toEqual([]);
});

test('a switch changes everything at once and in other tabs, keeps the focus, and outlasts a reload', async () => {
  const { page, complaints } = await openPage(browser, site.url);
  const other = await page.context().newPage();
  await other.goto(site.url);
  for (const tab of [page, other]) await tab.getByText('23:11–06:45').first().waitFor();
  const switched = page.getByRole('button', { name: '12 h' });
  await switched.click();
  for (const tab of [page, other]) {
    await tab.getByText('11:11 pm–6:45 am').first().waitFor();
    expect(await tab.getByText('23:11').count()).toBe(0);
  }
  expect(await switched.evaluate((button) => button.matches(':focus'))).toBe(true);
  await page.getByRole('button', { name: '°F' }).click();
  await page
    .getByText(/^[+−]?\d\.\d\d °F$/)
    .first()
    .waitFor();
  expect(await page.getByText(/\d °C/).count()).toBe(0);
  await page.reload();
  await page.getByText('11:11 pm–6:45 am').first().waitFor();
  await page
    .getByText(/^[+−]?\d\.\d\d °F$/)
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});
