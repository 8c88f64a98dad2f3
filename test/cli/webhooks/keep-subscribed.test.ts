import { jest } from '@jest/globals';
import { keepSubscribed } from '../../../services/cli/webhooks/keep-subscribed.ts';
import type { StackWebhooks } from '../../../services/operations/webhooks/subscribe.ts';
import { SubscriptionFailed } from '../../../shared/oura/webhooks/errors.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('tries again after every failure in the background, also an unexpected one, and then catches up', async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const caughtUp = Promise.withResolvers<number>();
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
    subscribe: async () => ({ subscriptions: [], created: 12, updated: 0 }),
    remove: async () => {},
  };
  const catchUp = async () => caughtUp.resolve(attempts);
  await keepSubscribed(webhooks, { signal: new AbortController().signal, catchUp, firstWaitMs: 1 });
  expect(await caughtUp.promise).toBe(3);
});

test('neither catches up after a first attempt that succeeds, nor prints an attempt that Ctrl-C ends', async () => {
  const printed = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stopping = new AbortController();
  const catchUp = jest.fn(async () => {});
  const webhooks: StackWebhooks = {
    url: 'https://example.com/oura',
    plan: async () => ({ ours: [], elsewhere: [], missing: [], others: [] }),
    subscribe: async () => ({ subscriptions: [], created: 12, updated: 0 }),
    remove: async () => {},
  };
  await keepSubscribed(webhooks, { signal: stopping.signal, catchUp });
  printed.mockClear();
  const aborted = async () => {
    stopping.abort();
    throw new SubscriptionFailed('unavailable', 'Oura is down');
  };
  await keepSubscribed({ ...webhooks, plan: aborted }, { signal: stopping.signal, catchUp });
  expect(catchUp).not.toHaveBeenCalled();
  expect(printed).not.toHaveBeenCalled();
});
