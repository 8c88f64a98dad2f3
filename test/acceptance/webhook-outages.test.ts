import { stateMachineArn } from '../../services/local/emulators/state-machine.ts';
import { createHandler } from '../../services/planner/handler.ts';
import { iso } from '../../shared/core/clock.ts';
import { MS_PER_DAY } from '../../shared/core/day.ts';
import { ENV, LOGICAL_ID } from '../../shared/core/names.ts';
import { eventKey, type WebhookEvent } from '../../shared/core/webhook-events.ts';
import { eventOf } from '../receiver/receiver-bench.ts';
import { openWebhookBench, type WebhookBench } from './webhook-bench.ts';

let bench: WebhookBench;
beforeAll(async () => {
  bench = await openWebhookBench();
});
beforeEach(() => bench.begin());
afterAll(() => bench.end());

/** Events of documents that no night comes from. */
const unknown = (count: number, daysAgo = 0): WebhookEvent[] =>
  Array.from({ length: count }, (_, index) =>
    eventOf({
      data_type: 'daily_sleep',
      object_id: `document-${index}`,
      event_time: iso(bench.stack.clock.now() - daysAgo * MS_PER_DAY),
    }),
  );

test('three runs at most look up more documents than a run has room for while Oura has an outage', async () => {
  bench.ring.faults.always('rate_limited', { collection: 'daily_sleep' });
  await bench.receive(unknown(51));
  await bench.advance(120);
  expect(bench.executions).toHaveLength(3);
  expect((await bench.stored()).events).toHaveLength(51);
}, 120_000);

test('a look-up that has failed for a week is given up', async () => {
  bench.ring.faults.always('unavailable', { collection: 'daily_sleep' });
  await bench.receive(unknown(1, 8));
  await bench.settle();
  expect(bench.executions).toHaveLength(3);
  expect((await bench.stored()).events).toEqual([]);
}, 60_000);

test('look-ups without an answer leave the rest of the plan its time', async () => {
  bench.ring.faults.always('hang', { collection: 'daily_sleep' });
  await bench.pending.add(unknown(9).map(eventKey));
  const planner = createHandler(bench.stack.of(LOGICAL_ID.planner, { [ENV.ouraApiBaseUrl]: bench.ring.url }));
  const end = performance.now() + 11_000;
  const timeLeft = () => end - performance.now();
  await planner(
    {
      task_token: 'token',
      run_id: 'daily',
      input: { trigger: 'schedule' },
      state_machine: stateMachineArn(LOGICAL_ID.syncRun),
    },
    { awsRequestId: 'request', getRemainingTimeInMillis: timeLeft },
  );
  expect(timeLeft()).toBeGreaterThan(5_000);
}, 30_000);
