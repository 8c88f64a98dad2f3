import { jest } from '@jest/globals';
import { keepSubscribed } from '../../../services/cli/webhooks/keep-subscribed.ts';
import type { StackWebhooks } from '../../../services/operations/webhooks/subscribe.ts';
import { SubscriptionFailed } from '../../../shared/oura/webhooks/errors.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('tries again after every failure in the background, also an unexpected one', async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const subscribed = Promise.withResolvers<number>();
  let attempts = 0;
  const failures = [
    new SubscriptionFailed('unavailable', 'Oura is down'),
    new TypeError('the engine restarts'),
  ];
  const webhooks: StackWebhooks = {
    url: 'https://example.com/oura',
    plan: async () => {
      const failure = failures[attempts++];
      if (failure) throw failure;
      return { ours: [], elsewhere: [], missing: [], others: [] };
    },
    subscribe: async () => {
      subscribed.resolve(attempts);
      return { subscriptions: [], created: 12, updated: 0 };
    },
    remove: async () => {},
  };
  await keepSubscribed(webhooks, new AbortController().signal, 1);
  expect(await subscribed.promise).toBe(3);
});
