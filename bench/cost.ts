// Computes the cost of the stack: runs a month of the daily job, a backfill of ten years, and a month each of webhooks and mornings
// on this machine, counts the usage, and multiplies it by AWS's list prices. Prints the tables of docs/cost.md.
import Table from 'cli-table3';
import { readSettings } from '../cdk/settings.ts';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import { synthesize } from '../services/local/template/parse-template.ts';
import { startRingSimulator } from '../services/ring-simulator/start.ts';
import { addDays } from '../shared/core/day.ts';
import { testClock } from '../test/helpers/clock.ts';
import { daysAfter, floodOf, monthOfMornings, monthOfWebhooks } from './cost/arrivals.ts';
import { type Counted, openCountedPipeline } from './cost/pipeline.ts';
import { dollars, type Item, KNOWN, PRICES } from './cost/prices.ts';
import { ASSUMED, inAddition, perDateOf, standingOf, type Usage, usageOf } from './cost/usage.ts';

/** The assumed response time of Oura in ms. It cannot be measured without an account. */
const OURA_MS = 300;
const TODAY = '2026-03-10';
const DAYS = 30;
const YEARS = 10;
/** The dates from the first to the last of {@link YEARS} years, both included. */
const DATES = YEARS * 365 + 3;
/**
 * The most that a date of a backfill may cost, on average: half a read unit for its night and half a one for its entry, by the
 * planner, and one write request, for its night or its reason. The rest is for the runs, the limits, and the dates without data.
 */
const MOST_PER_DATE = { readUnits: 1.3, writeRequests: 1.1 };
/** One worker per daily run, in addition to planner and summary. */
const DAILY_STARTS = 3;
const { timeZone } = readSettings({});

const noon = (day: string): string => `${day}T12:00:00-08:00`;
const money = (value: number): string => (value === 0 ? '0' : value.toFixed(value < 0.01 ? 5 : 2));
const amount = (value: number): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: value < 10 ? 3 : 7 });

const print = (title: string, usage: Usage, period: string): void => {
  const table = new Table({
    head: [title, 'quantity', 'price', `$ ${period}`, 'with free tier'],
    ...TABLE_STYLE,
  });
  let [total, afterFree] = [0, 0];
  for (const [item, quantity] of Object.entries(usage) as [Item, number][]) {
    const { what, unit, dollars: each, per } = PRICES[item];
    total += dollars(item, quantity);
    afterFree += dollars(item, quantity, true);
    const listed = `$${each} per ${per === 1 ? '' : `${per.toLocaleString('en-US')} `}${unit}`;
    table.push([
      what,
      amount(quantity),
      listed,
      money(dollars(item, quantity)),
      money(dollars(item, quantity, true)),
    ]);
  }
  table.push(['Sum', '', '', money(total), money(afterFree)]);
  process.stdout.write(`${table}\n\n`);
};

const describe = (title: string, { executions, invocations, calls }: Counted): void => {
  const per = new Map<string, number>();
  for (const { path } of invocations) per.set(path, (per.get(path) ?? 0) + 1);
  const functions = [...per].map(([path, count]) => `${path.split('/')[1]} ${count}`).join(', ');
  const own = calls.filter(({ caller }) => caller !== 'event source').length;
  const seconds = invocations.reduce((sum, { ms }) => sum + ms / 1000, 0);
  process.stdout.write(
    `${title}: ${executions} executions; invocations: ${functions}; ${own} calls of AWS APIs by the functions; ` +
      `${seconds.toFixed(1)} s in handlers here\n`,
  );
};

/** The settings `webhooks` and `mornings`, each in addition to the daily job: a month after a few weeks of nights. */
const printArrivals = async (standing: Usage, nightBytes: number): Promise<void> => {
  const clock = testClock(noon(TODAY));
  const days = daysAfter(addDays(TODAY, 1), DAYS);
  const open = async (given: Readonly<Record<string, unknown>>) => {
    clock.set(noon(TODAY));
    const ring = await startRingSimulator({ timeZone, clock, scenario: 'steady', latencyMs: OURA_MS });
    const pipeline = await openCountedPipeline(clock, ring.url, given);
    await pipeline.backfill({ from: addDays(TODAY, -30), to: TODAY });
    const stop = async () => {
      await pipeline.stop();
      await ring.stop();
    };
    return { ring, pipeline, stop };
  };
  const standingWith = async (given: Readonly<Record<string, unknown>>) =>
    inAddition(standingOf(await synthesize(readSettings(given)), nightBytes), standing);

  const { ring: announcing, pipeline: withWebhooks, stop: stopWebhooks } = await open({ webhooks: true });
  const webhooks = await monthOfWebhooks(withWebhooks, announcing, clock, days);
  const flood = await floodOf(withWebhooks, clock);
  await stopWebhooks();
  process.stdout.write(
    `Webhooks (${DAYS} days): ${webhooks.events} events, ${webhooks.runs} runs that they started\n`,
  );
  print(
    'Webhooks, in addition',
    { ...webhooks.usage, ...(await standingWith({ webhooks: true })) },
    'a month',
  );
  const { requests } = flood;
  print(`A flood of 100 a second for a minute: ${requests.throttled} pass`, flood.throttled, 'once');
  print(`The same, if nothing is throttled: ${requests.unthrottled} pass`, flood.unthrottled, 'once');
  print('A flood that lasts a month', flood.month, 'a month');

  const { pipeline: watching, stop: stopMornings } = await open({ mornings: true });
  const mornings = await monthOfMornings(watching, clock, days);
  await stopMornings();
  process.stdout.write(`Mornings (${DAYS} days): ${mornings.runs} runs that the watcher started\n`);
  print(
    'Mornings, in addition',
    { ...mornings.usage, ...(await standingWith({ mornings: true })) },
    'a month',
  );
};

const clock = testClock(noon(TODAY));
const ring = await startRingSimulator({ timeZone, clock, scenario: 'forgetful', latencyMs: OURA_MS });
const pipeline = await openCountedPipeline(clock, ring.url);
try {
  await pipeline.backfill({
    from: `${Number(TODAY.slice(0, 4)) - YEARS}${TODAY.slice(4)}`,
    to: TODAY,
  });
  const backfill = pipeline.take();
  // The month directly after the backfill is not typical, because its nights were just fetched for the first time.
  const lead = 31;
  for (let day = 1; day <= lead + DAYS; day++) {
    if (day === lead + 1) pipeline.take();
    clock.set(noon(addDays(TODAY, day)));
    await pipeline.run(`daily-${day}`, { trigger: 'schedule' });
  }
  const daily = pipeline.take();
  const standing = standingOf(await synthesize(readSettings({})), await pipeline.nightBytes());

  describe(`Ten years (${DATES} dates)`, backfill);
  describe(`A month (${DAYS} days)`, daily);
  const perDate = perDateOf(backfill, DATES);
  const perDay = perDateOf(daily, DAYS);
  for (const [title, { readUnits, writeUnits, writeRequests }] of [
    ['A date of the backfill', perDate],
    ['A daily run', perDay],
  ] as const)
    process.stdout.write(
      `${title}: ${amount(readUnits)} read units, ${amount(writeUnits)} write units, ${amount(writeRequests)} write requests\n`,
    );
  for (const [name, most] of Object.entries(MOST_PER_DATE) as [keyof typeof MOST_PER_DATE, number][])
    if (perDate[name] > most) throw new Error(`A date takes ${perDate[name]} ${name}, more than ${most}`);
  process.stdout.write(`\nPrices: us-east-1, as known in ${KNOWN}\n\n`);
  const month = { ...usageOf(daily, DAYS * DAILY_STARTS, DAYS), schedule: DAYS };
  print('The daily job', month, 'a month');
  print('Standing, ten years stored', standing, 'a month');
  print('A backfill of ten years', usageOf(backfill, ASSUMED.workers + 2, 1), 'once');
  await printArrivals(standing, await pipeline.nightBytes());
  process.stdout.write(`Assumed: Oura responds in ${OURA_MS} ms; ${JSON.stringify(ASSUMED)}\n`);
} finally {
  await pipeline.stop();
  await ring.stop();
}
