import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { forgetFolder } from '../../services/cli/forget/forget-folder.ts';
import { localSettings } from '../../services/cli/target/settings.ts';
import { lockDataFolder } from '../../services/local/data-folder/data-folder.ts';
import { saveTemplate } from '../../services/local/data-folder/saved-template.ts';
import { openLocal } from '../../services/local/start.ts';
import { outputOf } from '../../services/operations/stack.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { createWebhookSubscriptions } from '../../shared/aws/store/webhook-subscriptions.ts';
import { systemClock } from '../../shared/core/clock.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { APPLICATION, connect, tokenUrls } from '../helpers/connected.ts';
import { forEachTest } from '../helpers/for-each-test.ts';
import { stackTemplate } from '../helpers/stack-template.ts';
import {
  APPLICATION as PORTAL_APPLICATION,
  type SubscriptionPortal,
  startSubscriptionPortal,
} from '../helpers/subscription-portal.ts';
import { newFolder, removeFolders } from '../local/support/machine.ts';

const OURS = 'https://example.com/oura';

let portal: SubscriptionPortal;
const ring = forEachTest(
  () =>
    startRingSimulator({
      timeZone: 'UTC',
      clock: systemClock,
      oauth: { applications: [APPLICATION] },
    }),
  (each) => each.stop(),
);
let printed = '';
beforeEach(async () => {
  portal = await startSubscriptionPortal();
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  await portal[Symbol.asyncDispose]();
  jest.restoreAllMocks();
  removeFolders();
});

const openFolder = async (dataDir: string, shared = false) => {
  const settings = localSettings();
  const template = await stackTemplate(settings);
  const services = await openLocal({
    settings,
    template,
    dataDir,
    clock: systemClock,
    secrets: {},
    console,
    shared,
  });
  // As npm start does: commands then need no synthesis.
  saveTemplate(dataDir, template);
  return services;
};

/** A connected folder whose events go to {@link OURS}. */
const connectedFolder = async (): Promise<string> => {
  const dataDir = join(newFolder(), 'data');
  const services = await openFolder(dataDir);
  const stack = { ...services.clients, clock: systemClock, outputs: services.outputs };
  await createWebhookSubscriptions(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable)).subscribed(OURS, {
    checked_on: '2026-03-10',
    valid: 1,
    days_left: 90,
  });
  await services.stop();
  connect(dataDir, ring, systemClock, { ...PORTAL_APPLICATION, token_url: tokenUrls(ring).cloud });
  portal.subscriptions = [OURS, 'https://stack.example.com/oura'].map((callback_url, index) => ({
    id: `id-${index}`,
    callback_url,
    event_type: index === 0 ? 'create' : 'update',
    data_type: 'sleep',
    expiration_time: '2099-01-01T00:00:00',
  }));
  return dataDir;
};

const forget = (dataDir: string, more: { yes?: boolean; withoutOura?: boolean } = { yes: true }) =>
  forgetFolder({ dataDir, ...more }, { OURA_API_BASE_URL: portal.url });
const addresses = () => portal.subscriptions.map(({ callback_url }) => callback_url);
const statusAtOura = async (token: string): Promise<number> => {
  const headers = { Authorization: `Bearer ${token}` };
  return (
    await fetch(`${ring.url}/v2/usercollection/daily_sleep?start_date=2026-03-01&end_date=2026-03-01`, {
      headers,
    })
  ).status;
};

test('ends the connection and the subscriptions of the folder, deletes it, and says what remains', async () => {
  const dataDir = await connectedFolder();
  const [, token = ''] =
    /access_token":"([^"]+)/.exec(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) ?? [];
  expect(await statusAtOura(token)).toBe(200);
  expect(await forget(dataDir)).toBe(0);
  expect(existsSync(dataDir)).toBe(false);
  expect(addresses()).toEqual(['https://stack.example.com/oura']);
  expect(await statusAtOura(token)).toBe(401);
  expect(printed).toContain('Removed 1 webhook subscription of this folder.');
  expect(printed).toContain('your application keeps 1 subscription.');
  expect(printed).toContain('Revoked the connection to Oura.');
  expect(printed).toContain(`npm run service -- remove --data-dir ${dataDir}`);
  expect(printed).not.toContain(token);
});

test('keeps the folder if Oura fails, continues in another attempt, and can leave Oura out', async () => {
  const dataDir = await connectedFolder();
  const before = readdirSync(dataDir);
  portal.failures = [500, 500, 500, 500, 500, 500, 500];
  expect(await forget(dataDir)).toBe(1);
  expect(readdirSync(dataDir)).toEqual(before);
  expect(printed).toContain('The webhook subscriptions remain: ');
  expect(printed).toContain('run the same command again, or add --without-oura');
  portal.failures = [];
  // The token was revoked by the first attempt.
  expect(await forget(dataDir)).toBe(0);
  expect(printed).toContain('if your Oura account still lists the application, remove it there.');
  expect(addresses()).toEqual(['https://stack.example.com/oura']);

  const other = await connectedFolder();
  const requests = portal.requests.length;
  expect(await forget(other, { yes: true, withoutOura: true })).toBe(0);
  expect(portal.requests.length).toBe(requests);
  expect(existsSync(other)).toBe(false);
});

test('deletes only its own files, without following links, and refuses other folders and one in use', async () => {
  const outside = newFolder();
  writeFileSync(join(outside, 'precious.json'), '');
  const dataDir = await connectedFolder();
  writeFileSync(join(dataDir, 'nights.csv'), '');
  mkdirSync(join(dataDir, 'executions', 'own'), { recursive: true });
  symlinkSync(outside, join(dataDir, 'discarded'));
  expect(await forget(dataDir, { yes: true, withoutOura: true })).toBe(0);
  expect(readdirSync(dataDir)).toEqual(['executions', 'nights.csv']);
  expect(readdirSync(outside)).toEqual(['precious.json']);
  expect(printed).toContain('These files are not ours, and stay: executions/own, nights.csv');

  await expect(forget(outside)).rejects.toThrow(/not a data folder, so nothing in it was changed/);
  const unmarked = newFolder();
  mkdirSync(join(unmarked, 'executions'));
  await expect(forget(unmarked)).rejects.toThrow(/holds no data of ours/);
  expect(readdirSync(unmarked)).toEqual(['executions']);
  await expect(forget(join(outside, 'none'))).rejects.toThrow(/There is no data folder/);
  const served = join(newFolder(), 'served');
  const services = await openFolder(served, true);
  await expect(forget(served)).rejects.toThrow(/in use/);
  await services.stop();
  await expect(forget(served, {})).rejects.toThrow('to confirm without a terminal, add --yes');
  expect(existsSync(join(served, 'owner.lock'))).toBe(true);
});

test('ends nothing at Oura while another process has the folder open', async () => {
  const dataDir = await connectedFolder();
  const unlock = lockDataFolder(dataDir);
  await expect(forget(dataDir)).rejects.toThrow(/in use/);
  unlock();
  expect(addresses()).toContain(OURS);
  expect(printed).not.toContain('Revoked');
  // A link to the folder stays, and so does a folder of the user's among our files.
  mkdirSync(join(dataDir, 'damaged', 'own'), { recursive: true });
  const link = join(newFolder(), 'link');
  symlinkSync(dataDir, link);
  expect(await forget(link)).toBe(0);
  expect(readdirSync(dataDir)).toEqual(['damaged']);
  rmSync(join(dataDir, 'damaged'), { recursive: true });
  expect(await forget(link)).toBe(0);
  expect(existsSync(dataDir)).toBe(false);
});
