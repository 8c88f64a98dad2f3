import type { Dependencies } from '../../shared/aws/runtime/dependencies.ts';
import { addDays } from '../../shared/core/day.ts';
import { eventKey } from '../../shared/core/webhook-events.ts';
import { openWebhookBench, TODAY, type WebhookBench } from './webhook-bench.ts';

let bench: WebhookBench;
beforeAll(async () => {
  bench = await openWebhookBench();
});
beforeEach(() => bench.begin());
afterAll(() => bench.end());

const CRASH = 'the process ended';
/** A date that only its event leads to: no look-back reaches it. */
const DATE = addDays(TODAY, -60);

/** Ends the process at its `last` call to AWS, before the call is sent or after it. Later calls never happen. */
const endingAt =
  (last: number, when: 'before' | 'after', calls: { count: number }) =>
  (of: Dependencies): Dependencies => {
    const ending = <Client extends { send: unknown }>(client: Client): Client =>
      new Proxy(client, {
        get: (target, name) => {
          if (name !== 'send') return Reflect.get(target, name, target);
          return async (...args: unknown[]) => {
            const call = ++calls.count;
            if (call > last || (call === last && when === 'before')) throw new Error(CRASH);
            const reply = await (target.send as (...given: unknown[]) => Promise<unknown>).call(
              target,
              ...args,
            );
            if (call === last) throw new Error(CRASH);
            return reply;
          };
        },
      });
    return { ...of, dynamodb: ending(of.dynamodb), sqs: ending(of.sqs), sfn: ending(of.sfn) };
  };

const addEvents = async (): Promise<void> => {
  const [known, unknown] = [
    bench.ring.webhooks.announce(DATE, { collections: ['sleep'] }),
    bench.ring.webhooks.send([{ event_type: 'delete', data_type: 'sleep', object_id: 'unknown' }]),
  ];
  // Without an execution of their own: the run of the test takes them.
  await bench.pending.add([...known, ...unknown].map(eventKey));
};

const expectNothingLost = async (): Promise<void> => {
  expect(await bench.stored()).toEqual({ events: [], gathering_since: undefined });
  expect(await bench.night(DATE)).toMatchObject({ date: DATE });
};

/** Plans a run in a process that ends at call `last`. Returns how many calls it would have made. */
const planEndingAt = async (name: string, last: number, when: 'before' | 'after'): Promise<number> => {
  const calls = { count: 0 };
  await bench.run({ trigger: 'webhook' }, endingAt(last, when, calls), name).catch((error: Error) => {
    expect(error.message).toBe(CRASH);
  });
  return calls.count;
};

const allCalls = async (): Promise<number> => {
  await addEvents();
  const calls = await planEndingAt('whole', Number.POSITIVE_INFINITY, 'before');
  expect(calls).toBeGreaterThan(10);
  await expectNothingLost();
  return calls;
};

describe.each(['before', 'after'] as const)('a planner that ends %s any of its calls', (when) => {
  test('loses no event: the daily run takes what remains', async () => {
    const calls = await allCalls();
    for (let last = 1; last <= calls; last++) {
      await bench.begin();
      await addEvents();
      await planEndingAt(`daily-${when}-${last}`, last, when);
      bench.stack.clock.advance(86_400);
      await bench.run({ trigger: 'schedule' });
      await expectNothingLost();
    }
  }, 120_000);

  test('leaves nothing to the daily run if Step Functions repeats the plan', async () => {
    const calls = await allCalls();
    for (let last = 1; last <= calls; last++) {
      await bench.begin();
      await addEvents();
      const name = `again-${when}-${last}`;
      await planEndingAt(name, last, when);
      await bench.run({ trigger: 'webhook' }, undefined, name);
      await bench.settle();
      await expectNothingLost();
    }
  }, 120_000);
});
