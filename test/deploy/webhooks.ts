import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { dayIn } from '../../shared/core/day.ts';
import { LOGICAL_ID, OUTPUT } from '../../shared/core/names.ts';
import { newConnection } from '../helpers/connected.ts';
import type { Emulator } from './emulator.ts';
import { commandOn, compareNights, envOf, type Person, saving, TIME_ZONE } from './person.ts';
import { check, type Proof } from './proof.ts';
import { type DeployedStack, deployedStack, until } from './stack.ts';

/** The most that a night may take from Oura's event: 20 s of gathering, and the plan, the queue and the worker. */
const WITHIN_SECONDS = 60;

/**
 * Serves the API of the stack at an address that this machine resolves, as a custom domain would. The emulator's own address
 * is a name below an IP address, with a certificate that only the emulator has signed.
 */
const startDomain = async ({ client, url }: Emulator, host: string, path: string) => {
  const forward: RequestListener = (incoming, outgoing) => {
    const headers = { ...incoming.headers, host };
    const { httpsAgent: agent } = client.requestHandler;
    const to = request(
      `${url}${incoming.url}`,
      // Without a server name, the certificate is checked against the IP address and not the host header.
      { agent, servername: '', method: incoming.method ?? 'GET', headers },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      },
    );
    to.once('error', () => outgoing.writeHead(502).end());
    incoming.pipe(to);
  };
  const server = createServer(forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** Turns webhooks on, subscribes, announces a changed night, and turns them off again. */
export const webhooks = async (proof: Proof, owner: Person): Promise<void> => {
  const { emulator, report, user, home } = proof;
  const command = commandOn(proof, owner);
  const { ring } = owner;
  const date = dayIn(TIME_ZONE, Date.now());
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(emulator.client));
  const nightOf = async (stack: DeployedStack) => {
    const TableName = stack.physical(LOGICAL_ID.ouraSleepTable);
    return (await dynamodb.send(new GetCommand({ TableName, Key: { date } }))).Item;
  };
  let stack: DeployedStack;
  let domain: Awaited<ReturnType<typeof startDomain>>;

  await report.step('webhooks: deploy the setting', async () => {
    const before = (await deployedStack(emulator, owner.stackName)).resources.length;
    await user(['npm', 'run', 'deploy', '--', ...saving({ webhooks: 'true' })], envOf(owner));
    stack = await deployedStack(emulator, owner.stackName);
    const address = stack.outputs[OUTPUT.webhookUrl] ?? '';
    // Not a URL: a host whose name ends in a number must be an IP address.
    const [, host = '', path = ''] = /^https:\/\/([^/]+)(\/oura)$/.exec(address) ?? [];
    check(host !== '', `the address is ${address}`);
    domain = await startDomain(emulator, host, path);
    return `${stack.resources.length - before} more resources; ${address}`;
  });
  await report.step('webhooks: connect and subscribe', async () => {
    const file = join(home, 'grant.json');
    await writeFile(file, JSON.stringify(newConnection(ring, { now: Date.now })), { mode: 0o600 });
    const connected = await command('connect', '--import', file);
    check(connected.includes('npm run webhooks -- subscribe'), connected);
    const subscribed = await command('webhooks', 'subscribe', '--url', domain.url);
    check(subscribed.includes('12 created'), subscribed);
    check(ring.webhooks.subscriptions.length === 12, `${ring.webhooks.subscriptions.length} subscriptions`);
    return "12 subscriptions: the deployed receiver answered each of Oura's handshakes";
  });
  await report.step('webhooks: from an event to the stored night', async () => {
    const earlier = (await nightOf(stack))?.['updated_at'];
    ring.edit(date, (records) => ({
      ...records,
      daily_sleep: records.daily_sleep.map((record) => ({ ...record, score: 51 })),
    }));
    const begun = performance.now();
    const events = ring.webhooks.announce(date, { eventType: 'update' });
    await until('the changed night', WITHIN_SECONDS, async () => {
      const night = await nightOf(stack);
      return night?.['updated_at'] !== earlier ? night : undefined;
    });
    const seconds = Math.round((performance.now() - begun) / 1000);
    await ring.webhooks.settled();
    const refused = ring.webhooks.deliveries.filter(({ status }) => status !== 200);
    check(refused.length === 0, JSON.stringify(refused));
    await until('the end of every run', 30, async () => (await stack.running()) === 0 || undefined);
    const runs = await stack.runsOf('webhook');
    const stored = runs.reduce((sum, { counts }) => sum + (counts.stored ?? 0), 0);
    const complete = runs.every(({ status }) => status === 'complete');
    // One run, or two if an event took longer than the gathering.
    check(complete && stored === 1 && runs.length <= 2, JSON.stringify(runs));
    await compareNights(proof, owner);
    return `${events.length} events, runs: ${runs.length}, stored after ${seconds} s with 20 s of gathering`;
  });
  await report.step('webhooks: a forged event, and a path without a route', async () => {
    const body = JSON.stringify({ event_type: 'update', data_type: 'sleep', object_id: 'forged' });
    const headers = { 'x-oura-signature': '0'.repeat(64), 'x-oura-timestamp': String(Date.now()) };
    const forged = await fetch(domain.url, { method: 'POST', headers, body });
    const unknown = await fetch(`${domain.url}/more`);
    const removed = await fetch(domain.url, { method: 'DELETE' });
    const seen = [forged, unknown, removed].map(({ status }) => status);
    check(seen.join() === '401,404,404', `the statuses are ${seen}`);
    return 'rejected with 401; other paths and methods do not exist';
  });
  await report.step('webhooks: unsubscribe, and deploy without them', async () => {
    const output = await command('webhooks', 'remove', '--url', domain.url);
    check(output.includes('Removed 12 subscriptions'), output);
    check(ring.webhooks.subscriptions.length === 0, 'subscriptions remain');
    domain.stop();
    await user(['npm', 'run', 'deploy', '--', ...saving({ webhooks: 'false' })], envOf(owner));
    stack = await deployedStack(emulator, owner.stackName);
    const left = stack.resources.filter(({ ResourceType = '' }) => ResourceType.includes('ApiGateway'));
    check(left.length === 0 && !(OUTPUT.webhookUrl in stack.outputs), JSON.stringify(left));
    await compareNights(proof, owner);
    return 'no subscription and no API is left';
  });
};
