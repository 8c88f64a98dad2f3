import { WATCHED_EVENTS } from '../../../shared/core/webhook-events.ts';
import { renewSubscriptions, stateOf } from '../../../shared/oura/webhooks/renew.ts';
import { createSubscriptions } from '../../../shared/oura/webhooks/subscriptions.ts';
import {
  APPLICATION,
  type SubscriptionPortal,
  startSubscriptionPortal,
} from '../../helpers/subscription-portal.ts';

const URL_ = 'https://me.example.org/oura';
const NOW = Date.now();
const DAY_MS = 86_400_000;

let portal: SubscriptionPortal;
beforeEach(async () => {
  portal = await startSubscriptionPortal();
});
afterEach(() => portal[Symbol.asyncDispose]());

const api = () => createSubscriptions({ baseUrl: portal.url, application: APPLICATION });

/** @param daysLeft of each subscription */
const subscribe = (daysLeft: readonly number[], callback_url = URL_) => {
  portal.subscriptions.push(
    ...daysLeft.map((days, index) => ({
      ...(WATCHED_EVENTS[index] as (typeof WATCHED_EVENTS)[0]),
      id: `${callback_url.length}-${index}`,
      callback_url,
      expiration_time: new Date(NOW + days * DAY_MS).toISOString(),
    })),
  );
};
const renewals = () => portal.requests.filter(({ path }) => path.includes('/renew/')).length;

test('renews the subscriptions with less than 30 days left, and no other', async () => {
  subscribe([29.9, 30.1, -1, ...Array.from({ length: 9 }, () => 60)]);
  expect(await renewSubscriptions(api(), URL_, NOW)).toEqual({
    valid: 12,
    daysLeft: 30,
    renewed: 2,
    failed: 0,
  });
  expect(renewals()).toBe(2);
});

test('leaves the subscriptions of another address alone, and does not count them', async () => {
  subscribe([5], 'https://other.example.org/');
  expect(await renewSubscriptions(api(), URL_, NOW)).toEqual({
    valid: 0,
    daysLeft: 0,
    renewed: 0,
    failed: 0,
  });
  expect(renewals()).toBe(0);
});

test('counts a renewal that fails, and reports the days that remain', async () => {
  subscribe([5.5, ...Array.from({ length: 11 }, () => 60)]);
  const list = api().list;
  const failing = { ...api(), list, renew: (id: string) => api().renew(`${id}-gone`) };
  expect(await renewSubscriptions(failing, URL_, NOW)).toEqual({
    valid: 12,
    daysLeft: 5,
    renewed: 0,
    failed: 1,
  });
});

test('has no days left if a subscription has expired or is missing', () => {
  subscribe([-0.1, ...Array.from({ length: 11 }, () => 60)]);
  expect(stateOf(portal.subscriptions, NOW)).toEqual({ valid: 11, daysLeft: 0 });
  expect(stateOf(portal.subscriptions.slice(1), NOW)).toEqual({ valid: 11, daysLeft: 0 });
  expect(stateOf([], NOW)).toEqual({ valid: 0, daysLeft: 0 });
});
