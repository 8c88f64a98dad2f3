import { WATCHED_EVENTS } from '../../../shared/core/webhook-events.ts';
import {
  planSubscriptions,
  removeSubscriptions,
  repairSubscriptions,
} from '../../../shared/oura/webhooks/repair.ts';
import { createSubscriptions } from '../../../shared/oura/webhooks/subscriptions.ts';
import {
  APPLICATION,
  type SubscriptionPortal,
  startSubscriptionPortal,
} from '../../helpers/subscription-portal.ts';

const CALLBACK = { url: 'https://me.example.org/oura', verificationToken: 'token' };
const ELSEWHERE = { url: 'https://old.example.org/hook', verificationToken: 'token' };

let portal: SubscriptionPortal;
beforeEach(async () => {
  portal = await startSubscriptionPortal();
});
afterEach(() => portal[Symbol.asyncDispose]());

const api = () => createSubscriptions({ baseUrl: portal.url, application: APPLICATION });

const repair = async (isNewToken = false) => {
  const plan = planSubscriptions(await api().list(), CALLBACK.url);
  return repairSubscriptions(api(), CALLBACK, plan, isNewToken);
};
const written = () => portal.requests.filter(({ method }) => method !== 'GET');
const addresses = () => new Set(portal.subscriptions.map(({ callback_url }) => callback_url));

test('watches create, update and delete of the four collections of a night', () => {
  expect(new Set(WATCHED_EVENTS.map((pair) => `${pair.data_type} ${pair.event_type}`)).size).toBe(12);
});

test('subscribes to every event, and changes nothing the second time', async () => {
  expect(await repair()).toMatchObject({ created: 12, updated: 0 });
  expect(portal.subscriptions).toHaveLength(12);
  const before = written().length;
  const again = await repair();
  expect(again).toMatchObject({ created: 0, updated: 0 });
  expect(again.subscriptions).toHaveLength(12);
  expect(written()).toHaveLength(before);
});

test('moves the subscriptions of another address, creates the missing ones, and leaves other events alone', async () => {
  const [first, second] = WATCHED_EVENTS as [(typeof WATCHED_EVENTS)[0], (typeof WATCHED_EVENTS)[0]];
  await api().create(first, ELSEWHERE);
  await api().create(second, CALLBACK);
  const workout = await api().create({ event_type: 'create', data_type: 'workout' }, ELSEWHERE);
  const plan = planSubscriptions(await api().list(), CALLBACK.url);
  expect(plan).toMatchObject({ ours: [second], elsewhere: [first], others: [workout] });
  expect(plan.missing).toHaveLength(10);
  expect(await repair()).toMatchObject({ created: 10, updated: 1 });
  expect(portal.subscriptions.filter(({ callback_url }) => callback_url === CALLBACK.url)).toHaveLength(12);
  expect(portal.subscriptions).toContainEqual(workout);
});

test('moves a subscription that was created elsewhere in the meantime', async () => {
  const plan = planSubscriptions([], CALLBACK.url);
  for (const pair of WATCHED_EVENTS.slice(0, 3)) await api().create(pair, ELSEWHERE);
  await repairSubscriptions(api(), CALLBACK, plan, false);
  expect(portal.subscriptions).toHaveLength(12);
  expect(addresses()).toEqual(new Set([CALLBACK.url]));
});

test('keeps a subscription whose creation succeeded although its answer was lost', async () => {
  const plan = planSubscriptions([], CALLBACK.url);
  portal.failures = ['lost'];
  expect((await repairSubscriptions(api(), CALLBACK, plan, false)).subscriptions).toHaveLength(12);
  expect(portal.subscriptions).toHaveLength(12);
});

test('creates a subscription that was removed while it was being moved', async () => {
  for (const pair of WATCHED_EVENTS) await api().create(pair, ELSEWHERE);
  const plan = planSubscriptions(await api().list(), CALLBACK.url);
  portal.subscriptions = portal.subscriptions.slice(1);
  await repairSubscriptions(api(), CALLBACK, plan, false);
  expect(portal.subscriptions).toHaveLength(12);
  expect(addresses()).toEqual(new Set([CALLBACK.url]));
});

test('sends a new verification token for the subscriptions that it keeps', async () => {
  await repair();
  expect(await repair(true)).toMatchObject({ created: 0, updated: 12 });
  const sent = written().slice(-12);
  expect(new Set(sent.map(({ method, body }) => `${method} ${body['verification_token']}`))).toEqual(
    new Set(['PUT token']),
  );
});

test('continues after a failure where it stopped', async () => {
  await api().list();
  const plan = planSubscriptions([], CALLBACK.url);
  const original = portal.requests.length;
  // The fourth creation is refused.
  const failing = repairSubscriptions(
    {
      ...api(),
      create: async (pair, callback) => {
        if (portal.requests.length === original + 3) portal.failures = [422];
        return api().create(pair, callback);
      },
    },
    CALLBACK,
    plan,
    false,
  );
  await expect(failing).rejects.toMatchObject({ failure: 'refused' });
  expect(portal.subscriptions).toHaveLength(3);
  expect(await repair()).toMatchObject({ created: 9 });
});

test('removes subscriptions, also one that is gone', async () => {
  await repair();
  const subscriptions = await api().list();
  portal.subscriptions = portal.subscriptions.slice(1);
  await removeSubscriptions(api(), subscriptions);
  expect(portal.subscriptions).toEqual([]);
});
