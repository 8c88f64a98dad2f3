import { type Day, dayIn, MS_PER_DAY } from '../../../shared/core/day.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { freshDataFolder, nightsIn, runCommand, startCommand } from '../../helpers/command.ts';
import { freshConnectedRing } from '../../helpers/connected-ring.ts';
import { connectClient } from '../../helpers/mcp-client.ts';

const dataDir = freshDataFolder();
const oura = freshConnectedRing();
const datesOf = (items: readonly { date: Day }[]): Day[] => items.map(({ date }) => date);
const once = (...args: string[]) => runCommand(['start', '--once', ...args, ...dataDir.option]);

test('npm start runs, starts and stops while a client is connected and asks', async () => {
  await using assistant = await connectClient(dataDir.option);
  const early = await assistant.ask('status');
  expect(early).toMatchObject({ isError: true, text: expect.stringMatching(/^npm start has not run in /) });

  expect((await once('--days', '3')).code).toBe(0);
  const syncs = async () => (await assistant.ask('status')).value.freshness.syncs_by_itself;
  expect(await syncs()).toBe(false);
  expect((await once('--days', '3')).code).toBe(0);

  const pipeline = startCommand(['start', '--page-port', '0', ...dataDir.option]);
  await pipeline.printed('Next sync');
  expect(await syncs()).toBe(true);
  pipeline.process.kill('SIGINT');
  // Calls during the stop are answered by the process that ends, or from the folder.
  while (await syncs());
  expect((await pipeline.ended).code).toBe(0);
  expect((await once('--days', '3')).code).toBe(0);
});

test('many calls at a time are answered, one after the other', async () => {
  await once('--days', '3');
  await using assistant = await connectClient(dataDir.option);
  // Together they take longer than a command waits for a folder.
  const answers = await Promise.all(Array.from({ length: 15 }, () => assistant.ask('due')));
  expect(answers.filter(({ isError }) => isError)).toEqual([]);
});

test('npm start gets the folder between the calls of a client that asks without a break', async () => {
  await once('--days', '3');
  await using assistant = await connectClient(dataDir.option);
  let isAsking = true;
  const asking = (async () => {
    while (isAsking) expect((await assistant.ask('due')).isError).toBe(false);
  })();
  for (let starts = 0; starts < 2; starts++) expect((await once('--days', '1')).code).toBe(0);
  isAsking = false;
  await asking;
});

test('due has the dates that the next run then requests, and when the provisional nights are read again', async () => {
  // Weeks without a run: the nights before them are settled at the next one, and re-reads are due.
  const begun = Date.now() - 40 * MS_PER_DAY;
  await once('--now', new Date(begun).toISOString());
  await once('--now', new Date(begun + 36 * MS_PER_DAY).toISOString());
  await using assistant = await connectClient(dataDir.option);
  const before = (await assistant.ask('due')).value;
  const requested = datesOf(before.requested_next);
  const reasons = before.requested_next.map(({ reason }: { reason: string }) => reason);
  expect(new Set(reasons)).toEqual(new Set(['missing', 'recheck']));
  expect(before.next_sync_requests).toBe(requested.length);
  expect(datesOf(before.read_again_later).length).toBeGreaterThan(2);
  expect(datesOf(before.read_again_later).filter((date) => requested.includes(date))).toEqual([]);

  const { stdout } = await once();
  const [report = ''] = /^Run .*$/m.exec(stdout) ?? [];
  const counts = report.matchAll(
    /(\d+) (?:nights? written|unchanged|without data|not over yet|failed|unfinished)/g,
  );
  expect([...counts].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(requested.length);

  const after = (await assistant.ask('due')).value;
  const nights: SleepRecord[] = await nightsIn(dataDir);
  const unsettled = nights.filter(({ settled }) => !settled).map(({ date }) => date);
  expect(after.provisional_nights).toEqual(unsettled);
  expect(datesOf(after.read_again_later)).toEqual(unsettled);
  expect(unsettled.length).toBeLessThan(nights.length);

  // While npm start runs, the next sync is the scheduled one.
  const pipeline = startCommand(['start', '--page-port', '0', ...dataDir.option]);
  await pipeline.printed('Next sync');
  const scheduled = (await assistant.ask('due')).value;
  pipeline.process.kill('SIGINT');
  await pipeline.ended;
  const day = dayIn('America/Los_Angeles', Date.parse(scheduled.next_sync));
  const due = after.read_again_later.filter(({ on }: { on: Day }) => on <= day);
  // Before noon, it is the one of today, at which the same dates are due as now.
  expect(due.length > 0).toBe(day > dayIn('America/Los_Angeles', Date.now()));
  expect(datesOf(scheduled.requested_next)).toEqual(expect.arrayContaining(datesOf(due)));
  expect(datesOf(scheduled.read_again_later).sort()).toEqual(
    datesOf(after.read_again_later)
      .filter((date) => !datesOf(due).includes(date))
      .sort(),
  );
});

test('sync_now is there with --allow-sync only, and needs a running pipeline', async () => {
  await once('--days', '1');
  await using assistant = await connectClient([...dataDir.option, '--allow-sync']);
  const { tools } = await assistant.client.listTools();
  const [sync] = tools.filter(({ name }) => name === 'sync_now');
  expect(sync?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: false });
  expect(await assistant.ask('sync_now')).toMatchObject({
    isError: true,
    text: expect.stringMatching(/^Nothing is running that could sync: run npm start -- --data-dir \S+\.$/),
  });

  const pipeline = startCommand(['start', '--page-port', '0', ...dataDir.option]);
  await pipeline.printed('Next sync');
  const { value } = await assistant.ask('sync_now');
  expect(value).toMatchObject({ run: { trigger: 'manual', status: 'complete' } });
  expect((await assistant.ask('status')).value.last_run.id).toBe(value.run.run_id);
  pipeline.process.kill('SIGINT');
  await pipeline.ended;
});

test('no answer has a token or another secret of the connection', async () => {
  expect((await oura.connect(dataDir.option)).code).toBe(0);
  const pipeline = startCommand(['start', '--page-port', '0', ...dataDir.option], { ...oura.env });
  await pipeline.printed('Next sync');
  await using assistant = await connectClient([...dataDir.option, '--allow-sync']);
  const texts: string[] = [];
  const ask = async (tool: string, args?: Record<string, unknown>) =>
    void texts.push((await assistant.ask(tool, args)).text);
  const askAll = async () => {
    for (const tool of ['status', 'due', 'gaps', 'insights', 'sync_now']) await ask(tool);
    const { newest_night: date } = JSON.parse(texts[0] ?? '{}').freshness;
    await ask('night', { date });
    await ask('nights', { from: date, to: date });
  };
  await askAll();
  // Oura denies access from now on, and the answers say so.
  oura.ring.oauth.revokeAll();
  await askAll();
  pipeline.process.kill('SIGINT');
  await pipeline.ended;

  const secrets = [oura.clientSecret, ...oura.ring.oauth.secrets];
  expect(secrets.length).toBeGreaterThan(2);
  expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([]);
});
