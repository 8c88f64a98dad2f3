import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_RECORDS } from '../../services/ring-simulator/sleeper/collections.ts';
import { dayIn } from '../../shared/core/day.ts';
import { freshDataFolder, nightsIn, runCommand, startCommand } from '../helpers/command.ts';
import { freshConnectedRing } from '../helpers/connected-ring.ts';
import { freePort } from '../helpers/consent.ts';

const dataDir = freshDataFolder();
const oura = freshConnectedRing();

const addressAt = (port: number, host = '127.0.0.1') => `http://${host}:${port}/oura`;
const startArgs = (port: number, url = addressAt(port)) => [
  'start',
  '--page-port',
  '0',
  '--webhook-port',
  String(port),
  '--webhook-url',
  url,
  ...dataDir.option,
];

test('a simulated night arrives by webhook soon after the start, within a minute of its event', async () => {
  const port = await freePort();
  const running = startCommand([...startArgs(port), '--now', '2026-03-10T12:00:00-07:00']);
  await running.printed(`Oura announces new nights at ${addressAt(port)} (12 events)`);
  await running.printed('Next sync');
  expect((await nightsIn(dataDir)).map(({ date }: { date: string }) => date)).not.toContain('2026-03-10');
  await running.printed('The simulated phone has synced the night 2026-03-10');
  const announced = performance.now();
  await running.printed('Run webhook-');
  const seconds = (performance.now() - announced) / 1000;
  console.info(`From the event to the stored night: ${seconds.toFixed(1)} s`);
  expect(seconds).toBeLessThan(60);
  expect((await nightsIn(dataDir)).map(({ date }: { date: string }) => date)).toContain('2026-03-10');
  // Nothing else is served.
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  running.process.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^2026-03-10 arrived .+, \d+ s after Oura announced it\.$/m);
  expect(stdout).toMatch(/Run webhook-\d+: complete\. 1 night written/);
});

describe('with a connected application', () => {
  const connect = async () => {
    const grant = join(dataDir.path, '..', 'grant.json');
    await writeFile(grant, JSON.stringify(oura.grant()));
    expect((await runCommand(['connect', '--import', grant, ...dataDir.option], oura.env)).code).toBe(0);
  };

  test('subscribes once, keeps the secret to the owner, and moves to another address', async () => {
    await connect();
    const port = await freePort();
    const startAt = async (url: string, line: string) => {
      const running = startCommand(startArgs(port, url), { ...oura.env });
      await running.printed(line);
      await running.printed('Next sync');
      running.process.kill('SIGINT');
      const { code, stdout, stderr } = await running.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain(oura.clientSecret);
    };
    await startAt(addressAt(port), 'Oura announces new nights');
    const first = oura.ring.webhooks.subscriptions;
    expect(first.map(({ callback_url }) => callback_url)).toEqual(Array(12).fill(addressAt(port)));
    expect(statSync(join(dataDir.path, 'webhook.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir.path, 'log.jsonl'), 'utf8')).not.toContain(oura.clientSecret);

    const calls = oura.ring.webhooks.calls.length;
    await startAt(addressAt(port), 'Oura announces new nights');
    expect(oura.ring.webhooks.calls.slice(calls).map(({ method }) => method)).toEqual(
      expect.arrayContaining(['GET']),
    );
    expect(oura.ring.webhooks.calls.slice(calls).some(({ method }) => method !== 'GET')).toBe(false);

    const moved = addressAt(port, 'localhost');
    await startAt(moved, `moving 12 subscriptions here from ${addressAt(port)}`);
    expect(oura.ring.webhooks.subscriptions.map(({ callback_url }) => callback_url)).toEqual(
      Array(12).fill(moved),
    );
  });

  test('syncs by schedule and tries again if Oura cannot reach the address', async () => {
    await connect();
    const [port, elsewhere] = [await freePort(), await freePort()];
    const running = startCommand(startArgs(port, addressAt(elsewhere)), { ...oura.env });
    await running.printed('Next attempt in 1 minute; until then no event starts a sync.');
    await running.printed('Next sync');
    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
    expect(oura.ring.webhooks.subscriptions).toEqual([]);
  });

  test('Ctrl-C ends the start while an address leaves Oura without an answer', async () => {
    await connect();
    await using silent = createServer(() => {});
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const elsewhere = addressAt((silent.address() as AddressInfo).port);
    const running = startCommand(startArgs(await freePort(), elsewhere), { ...oura.env });
    await once(silent, 'request');
    const stopped = performance.now();
    running.process.kill('SIGINT');
    await running.ended;
    silent.closeAllConnections();
    // Oura waits ten seconds for the answer.
    expect(performance.now() - stopped).toBeLessThan(5_000);
  });

  test('a process killed after it acknowledged an event stores the night after the next start', async () => {
    await connect();
    const port = await freePort();
    const today = dayIn('America/Los_Angeles', Date.now());
    oura.ring.edit(today, () => NO_RECORDS);
    const first = startCommand(startArgs(port), { ...oura.env });
    await first.printed('Next sync');
    oura.ring.restore(today);
    oura.ring.webhooks.announce(today);
    while (!oura.ring.webhooks.deliveries.some(({ status }) => status === 200)) await sleep(10);
    first.process.kill('SIGKILL');
    await first.ended;
    const second = startCommand(startArgs(port), { ...oura.env });
    await second.printed('Resuming run webhook-');
    await second.printed('Run webhook-');
    expect((await nightsIn(dataDir)).map(({ date }: { date: string }) => date)).toContain(today);
    second.process.kill('SIGINT');
    expect(await second.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('a personal access token is refused with the reason', async () => {
    const { code, stdout, stderr } = await runCommand(startArgs(await freePort()), {
      ...oura.env,
      OURA_API_KEY: 'token',
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Webhooks need a connected application[^\n]*OURA_API_KEY[^\n]*\n$/);
  });

  test('a port in use is refused with the port', async () => {
    await connect();
    const port = Number(new URL(oura.ring.url).port);
    const { code, stderr } = await runCommand(startArgs(port), { ...oura.env });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(`^[^\\n]*${port}[^\\n]*\\n$`),
    });
  });
});
