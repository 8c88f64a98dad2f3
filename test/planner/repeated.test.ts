import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { DatesNotQueued } from '../../services/planner/send-dates.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { daysFrom } from '../../shared/core/day.ts';
import { openPlannerBench, type PlannerBench } from './planner-bench.ts';

const TODAY = '2026-03-10';
const WEEK = daysFrom('2026-03-04', TODAY);

let bench: PlannerBench;
let ring: RingSimulator;
beforeAll(async () => {
  bench = await openPlannerBench();
  ring = await startRingSimulator({ timeZone: 'America/Los_Angeles', clock: bench.stack.clock });
});
beforeEach(async () => {
  await bench.stack.clear();
  bench.stack.clock.set(`${TODAY}T02:00:00-07:00`);
});
afterAll(async () => {
  await ring.stop();
  await bench.stack.stop();
});

const queuedDates = async () => (await bench.queued()).map(({ date }) => date);

describe('invoked again for the same run, with a new token', () => {
  /** Plans `run_id`, then settles all but the last two dates; gives the event of the second invocation. */
  const half = async (run_id: string) => {
    const event = await bench.stack.startRun(run_id);
    await bench.planner(ring)(event);
    await bench.queued();
    await bench.runs.settle(run_id, { stored: WEEK.slice(0, 5) });
    // The token of an execution of its own stands for the second attempt of Plan.
    const { task_token } = await bench.stack.startRun(`${run_id}-again`);
    return { ...event, task_token };
  };

  test('queues only the pending dates, without a request', async () => {
    const again = await half('pending');
    const asked = ring.calls.length;
    expect(await bench.planner(ring)(again)).toEqual({ queued: 2 });
    expect(await queuedDates()).toEqual(WEEK.slice(5));
    expect(ring.calls).toHaveLength(asked);
  });

  test('no longer takes a date for new, because its first message may have been processed', async () => {
    await bench.planner(ring)(await half('not-new'));
    expect(await bench.queuedAsNew()).toEqual([]);
  });

  test('stores the new token in the run, which the last date completes', async () => {
    const again = await half('token');
    await bench.planner(ring)(again);
    expect(await bench.runs.get('token')).toMatchObject({ task_token: again.task_token });
    expect(await bench.stack.isWaiting('token-again')).toBe(true);
  });

  test('completes the task if every date has settled meanwhile', async () => {
    const again = await half('settled');
    await bench.runs.settle('settled', { no_data: WEEK.slice(5) });
    expect(await bench.planner(ring)(again)).toEqual({ queued: 0 });
    expect(await bench.stack.afterPlan('settled-again')).toMatchObject({ plan: { run_id: 'settled' } });
  });

  test('keeps the dates of the first time, even a day later', async () => {
    const again = await half('midnight');
    bench.stack.clock.advance(86_400);
    await bench.planner(ring)(again);
    expect(await queuedDates()).toEqual(WEEK.slice(5));
  });
});

test('the next invocation plans a run that was only opened', async () => {
  const event = await bench.stack.startRun('opened');
  bench.stack.calls.failNext('BatchGetItemCommand', new Error('no table'));
  await expect(bench.planner(ring)(event)).rejects.toThrow('no table');
  expect(await bench.runs.get('opened')).toMatchObject({ planned: false });
  expect(await bench.planner(ring)(event)).toEqual({ queued: 7 });
});

test('the dates are in the run before the first of them is queued', async () => {
  const event = await bench.stack.startRun('order');
  bench.stack.calls.beforeNext('SendMessageBatchCommand', async () => {
    expect((await bench.runs.get('order'))?.run.pending).toEqual(WEEK);
  });
  expect(await bench.planner(ring)(event)).toEqual({ queued: 7 });
});

/** SQS takes a batch but for the entry of `date`. */
const refuseOnce = (date: string | undefined) =>
  bench.stack.calls.answerNext('SendMessageBatchCommand', async (input) => {
    const { QueueUrl, Entries = [] } = input as unknown as SendMessageBatchCommand['input'];
    const taken = Entries.filter(({ Id }) => Id !== date);
    if (taken.length > 0)
      await bench.stack.raw.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: taken }));
    return { Failed: [{ Id: date, SenderFault: false, Code: 'InternalError' }] };
  });

test('sends only a date again that SQS rejects', async () => {
  refuseOnce(WEEK[2]);
  await bench.start(bench.planner(ring), 'refused');
  expect(await queuedDates()).toEqual(WEEK);
});

test('a date that SQS keeps rejecting fails the plan, and stays pending in the run', async () => {
  for (let attempt = 0; attempt < 3; attempt++) refuseOnce(WEEK[2]);
  const planned = bench.start(bench.planner(ring), 'unqueued');
  await expect(planned).rejects.toThrow(DatesNotQueued);
  await expect(planned).rejects.toMatchObject({ dates: [WEEK[2]], consequences: { retryable: true } });
  expect((await bench.runs.get('unqueued'))?.run.pending).toEqual(WEEK);
});

test.each<[string, object]>([
  ['without a token', { task_token: '' }],
  ['without a run', { run_id: undefined }],
  ['without an input', { input: undefined }],
  ['with an unknown trigger', { input: { trigger: 'whim' } }],
  ['with an unknown field in its input', { input: { trigger: 'manual', dryRun: true } }],
  ['with a date that does not exist', { input: { trigger: 'manual', from: '2026-02-30' } }],
  ['with half a day', { input: { trigger: 'manual', days: 0.5 } }],
])('rejects an event %s before any effect', async (_what, change) => {
  const event = { task_token: 'token', run_id: 'refused-event', input: { trigger: 'manual' }, ...change };
  await expect(bench.planner(ring)(event)).rejects.toMatchObject({ name: 'ValidationError' });
  expect(await bench.queued()).toEqual([]);
  expect(await bench.runs.list()).toEqual([]);
});

test.each([
  ['reversed', { from: '2026-03-05', to: '2026-03-01' }],
  ['in the future', { from: TODAY, to: '2026-03-11' }],
])('a range that is %s fails the run, and queues nothing', async (what, range) => {
  const run_id = what.replaceAll(' ', '-');
  const planned = bench.start(bench.planner(ring), run_id, { trigger: 'manual', ...range });
  await expect(planned).rejects.toMatchObject({
    name: 'RunInputInvalid',
    consequences: { retryable: false },
  });
  expect(await bench.queued()).toEqual([]);
});
