import { MS_PER_DAY } from '../../shared/core/day.ts';
import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';
import { freshConnectedRing } from '../helpers/connected-ring.ts';
import { connectClient } from './support/connect-client.ts';

const dataDir = freshDataFolder();
const oura = freshConnectedRing();
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

test('several calls at a time are answered, one after the other', async () => {
  await once('--days', '3');
  await using assistant = await connectClient(dataDir.option);
  const tools = ['status', 'due', 'gaps', 'insights'];
  const answers = await Promise.all(tools.map((tool) => assistant.ask(tool)));
  expect(answers.filter(({ isError }) => isError)).toEqual([]);
});

test('due has the dates that the next run then requests', async () => {
  // Some days without a run make re-reads due.
  const daysAgo = new Date(Date.now() - 4 * MS_PER_DAY).toISOString();
  await once('--ring', 'messy', '--now', daysAgo);
  await using assistant = await connectClient(dataDir.option);
  const { value } = await assistant.ask('due');
  expect(value.requested_next.map(({ reason }: { reason: string }) => reason)).toEqual(
    expect.arrayContaining(['missing', 'recheck']),
  );

  const { stdout } = await once('--ring', 'messy');
  const [report = ''] = /^Run .*$/m.exec(stdout) ?? [];
  const counts = [
    ...report.matchAll(/(\d+) (?:nights? written|unchanged|without data|not over yet|failed|unfinished)/g),
  ];
  expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(value.next_sync_requests);
  // What was just read is due on a later day.
  const after = (await assistant.ask('due')).value;
  const later = after.read_again_later.map(({ date }: { date: string }) => date);
  expect(later).toEqual(after.provisional_nights);
  expect(later.length).toBeGreaterThan(2);
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
