import { eventOf, openReceiverBench, type ReceiverBench } from '../receiver/receiver-bench.ts';

// The state machine of the template, in real time.

let bench: ReceiverBench;
beforeAll(async () => {
  bench = await openReceiverBench();
  await bench.clear();
});
afterAll(() => bench.stack.stop());

test('an execution is planned 20 s after the first event of its gathering, and one of another trigger at once', async () => {
  const receiver = bench.receiver();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  await receiver.deliver(eventOf());
  const [name = ''] = bench.started();
  // The same name and input while it runs: no second execution.
  const planned = bench.stack.startRun(name, { trigger: 'webhook' });
  await bench.stack.startRun('daily', { trigger: 'schedule' });
  expect(seconds()).toBeLessThan(10);
  await receiver.deliver(eventOf({ object_id: 'document-2' }));
  expect(await planned).toMatchObject({
    run_id: name,
    input: { trigger: 'webhook' },
    state_machine: bench.stack.outputs['SyncRunArn'],
  });
  expect(seconds()).toBeGreaterThanOrEqual(20);
  expect(seconds()).toBeLessThan(30);
  expect((await bench.pending.take()).size).toBe(2);
}, 60_000);
