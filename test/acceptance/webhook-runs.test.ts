import { addDays, daysFrom } from '../../shared/core/day.ts';
import { eventKey, type WebhookEvent } from '../../shared/core/webhook-events.ts';
import { openWebhookBench, TODAY, type WebhookBench } from './webhook-bench.ts';

let bench: WebhookBench;
beforeAll(async () => {
  bench = await openWebhookBench();
});
beforeEach(() => bench.begin());
afterAll(() => bench.end());

/** The look-back is stored, except today's night, which the phone has not synced. */
const withYesterday = async (): Promise<void> => {
  bench.ring.edit(TODAY, (records) => ({
    ...records,
    ...{ sleep: [], daily_sleep: [], daily_readiness: [], daily_spo2: [] },
  }));
  await bench.run({ trigger: 'schedule' });
  bench.ring.restore(TODAY);
  bench.stack.clock.advance(60);
};
const announce = () => bench.ring.webhooks.announce(TODAY);
const LISTS = ['sleep', 'daily_sleep', 'daily_readiness', 'daily_spo2'];
const listsOf = (requests: readonly string[]) => requests.filter((path) => LISTS.includes(path));
const lookUpsOf = (requests: readonly string[]) => requests.filter((path) => path.includes('/'));
const expectNothingPending = async () =>
  expect(await bench.stored()).toEqual({ events: [], gathering_since: undefined });
const asking = () => bench.executions.filter(({ requests }) => requests.length > 0);
const later = (events: readonly WebhookEvent[], ms: number) =>
  events.map((event) => ({
    ...event,
    event_time: new Date(Date.parse(event.event_time) + ms).toISOString(),
  }));

test('stores the announced night after the gathering, with the reason webhook and the time of the event', async () => {
  const [event] = announce();
  await bench.receive(event ? [event] : []);
  await bench.settle();
  expect(bench.executions).toMatchObject([{ plannedAt: 20, dates: [TODAY] }]);
  const [message] = bench.stack.calls
    .of('SendMessageBatchCommand')
    .flatMap(({ Entries }) => Entries as { MessageBody: string; MessageAttributes: object }[]);
  expect(JSON.parse(message?.MessageBody ?? '')).toMatchObject({ date: TODAY, reason: 'webhook' });
  expect(message?.MessageAttributes).toMatchObject({
    announced_at: { StringValue: new Date(Date.parse(event?.event_time ?? '')).toISOString() },
  });
  expect(await bench.night(TODAY)).toMatchObject({ date: TODAY });
  expect((await bench.runs.get(bench.executions[0]?.name ?? ''))?.run.trigger).toBe('webhook');
  await expectNothingPending();
});

test('costs five requests for a burst of twelve events, and one for each unknown document', async () => {
  await bench.run({ trigger: 'schedule' });
  bench.stack.clock.advance(60);
  const date = addDays(TODAY, -60);
  const create = bench.ring.webhooks.announce(date);
  expect(create.length).toBeGreaterThanOrEqual(4);
  await bench.receive([...create, ...later(create, 1), ...later(create, 2)]);
  await bench.settle();
  const [, execution] = bench.executions;
  expect(bench.executions).toHaveLength(2);
  expect(listsOf(execution?.requests ?? [])).toHaveLength(5);
  expect(lookUpsOf(execution?.requests ?? [])).toHaveLength(create.length);
  expect(execution?.requests).toHaveLength(5 + create.length);
  expect(execution?.dates).toEqual([date]);
  await expectNothingPending();
});

test('learns the id of the user with its first request', async () => {
  const [event] = announce();
  await bench.receive(event ? [event] : []);
  await bench.settle();
  expect(bench.executions[0]?.requests).toContain('personal_info');
  expect(await bench.pending.recall([])).toMatchObject({ userId: event?.user_id });
});

test('needs at most two executions for a burst of 0 to 40 s, and only the first one asks Oura', async () => {
  for (let seconds = 0; seconds <= 40; seconds++) {
    const [first, ...others] = bench.ring.webhooks.announce(TODAY, { eventType: 'update' });
    const before = bench.executions.length;
    await bench.receive(first ? [first] : []);
    await bench.advance(seconds);
    await bench.receive(others);
    await bench.settle();
    const executions = bench.executions.slice(before);
    const began = (executions[0]?.plannedAt ?? 0) - 20;
    expect({ seconds, executions: executions.length }).toEqual({ seconds, executions: seconds < 20 ? 1 : 2 });
    expect(executions.filter(({ requests }) => requests.length > 0)).toMatchObject([{ dates: [TODAY] }]);
    expect(executions.at(-1)?.plannedAt).toBe(began + (seconds < 20 ? 20 : seconds + 20));
    await expectNothingPending();
    bench.stack.clock.advance(60);
  }
}, 60_000);

test('needs at most two executions for an event in each of 40 seconds', async () => {
  const events = announce();
  for (let second = 0; second < 40; second++) {
    const event = events[second % events.length];
    await bench.receive(event ? later([event], -second) : []);
    await bench.advance(1);
  }
  await bench.settle();
  expect(bench.executions).toHaveLength(2);
  expect(asking()).toMatchObject([{ plannedAt: 20 }]);
  await expectNothingPending();
});

test('asks again for an event that is newer than the stored night', async () => {
  await bench.receive(announce());
  await bench.settle();
  bench.stack.clock.advance(60);
  await bench.receive(bench.ring.webhooks.announce(TODAY, { eventType: 'update' }));
  await bench.settle();
  expect(asking()).toHaveLength(2);
  expect(asking()[1]?.requests.toSorted()).toEqual(['sleep', ...LISTS].toSorted());
});

test.each(['GetItemCommand', 'BatchGetItemCommand', 'SendMessageBatchCommand'])(
  'an event that comes while the planner calls %s gets an execution of its own',
  async (command) => {
    const [first, ...others] = announce();
    await bench.receive(first ? [first] : []);
    await bench.advance(19.5);
    bench.stack.calls.beforeNext('UpdateItemCommand', async () => {
      // The first update opens the run, the second one takes the events.
      bench.stack.calls.beforeNext('UpdateItemCommand', async () => {
        bench.stack.calls.beforeNext(command, () => bench.receive(others));
      });
    });
    await bench.settle();
    expect(bench.executions).toHaveLength(2);
    expect(asking()).toHaveLength(1);
    await expectNothingPending();
  },
);

test('a replay of a resolved event starts nothing, and one of a pending event starts a run that asks nothing', async () => {
  const events = announce();
  await bench.receive(events);
  await bench.settle();
  await bench.receive(events);
  await bench.settle();
  expect(bench.executions).toHaveLength(1);
  await bench.pending.add(events.map(eventKey));
  const run = await bench.run({ trigger: 'schedule' });
  expect(lookUpsOf(run.requests)).toEqual([]);
  await expectNothingPending();
});

test('the daily run takes the events that a lost start left behind; a run with a range does not', async () => {
  const date = addDays(TODAY, -60);
  const events = bench.ring.webhooks.announce(date);
  bench.stack.calls.failNext('StartExecutionCommand', new Error('Step Functions is down'));
  const [first] = events;
  await bench.receive(first ? [first] : []);
  await bench.run({ trigger: 'manual', from: TODAY, to: TODAY });
  expect((await bench.stored()).events).toHaveLength(1);
  expect((await bench.run({ trigger: 'schedule' })).dates).toEqual([
    date,
    ...daysFrom(addDays(TODAY, -6), addDays(TODAY, -1)),
  ]);
  await expectNothingPending();
});

describe('a document that Oura does not have yet', () => {
  test('is replaced by the look-back at once, and looked up by the next runs until it is there', async () => {
    await withYesterday();
    bench.ring.webhooks.faults.lateSeconds = 60;
    const events = announce();
    const before = bench.executions.length;
    await bench.receive(events);
    await bench.advance(20);
    expect(await bench.night(TODAY)).toMatchObject({ date: TODAY });
    expect((await bench.stored()).events).toHaveLength(events.length);
    await bench.settle();
    await expectNothingPending();
    expect(bench.executions.slice(before).map(({ plannedAt }) => plannedAt)).toEqual([80, 100]);
  });

  test('is given up after three runs', async () => {
    await bench.run({ trigger: 'schedule' });
    const [event] = bench.ring.webhooks.send([
      { event_type: 'create', data_type: 'sleep', object_id: 'no-such-document' },
    ]);
    await bench.receive(event ? [event] : []);
    await bench.settle();
    expect(bench.executions).toHaveLength(4);
    expect(bench.executions.flatMap(({ requests }) => lookUpsOf(requests))).toHaveLength(6);
    expect(bench.stack.log().text()).toContain('"not_found":1');
    await expectNothingPending();
  }, 20_000);
});

describe('an outage of Oura', () => {
  test('leaves the event pending for the daily run after three runs', async () => {
    await bench.run({ trigger: 'schedule' });
    const date = addDays(TODAY, -60);
    const [event] = bench.ring.webhooks.announce(date, { collections: ['daily_sleep'] });
    bench.ring.faults.always('unavailable', { collection: 'daily_sleep' });
    await bench.receive(event ? [event] : []);
    await bench.settle();
    expect(bench.executions).toHaveLength(4);
    expect((await bench.stored()).events).toEqual([event]);
    bench.ring.faults.clear();
    bench.stack.clock.advance(2 * 86_400);
    expect((await bench.run({ trigger: 'schedule' })).dates).toContain(date);
    await expectNothingPending();
  }, 60_000);
});

describe('a delete', () => {
  test('of a stored period requests its night', async () => {
    await bench.run({ trigger: 'schedule' });
    bench.stack.clock.advance(60);
    const night = await bench.night(addDays(TODAY, -2));
    const object_id = String(night?.periods[0]?.['id']);
    await bench.receive(bench.ring.webhooks.send([{ event_type: 'delete', data_type: 'sleep', object_id }]));
    await bench.settle();
    expect(bench.executions[1]).toMatchObject({ dates: [addDays(TODAY, -2)] });
    expect(lookUpsOf(bench.executions[1]?.requests ?? [])).toEqual([]);
    await expectNothingPending();
  });

  test('of an unknown document asks nothing', async () => {
    await bench.receive(
      bench.ring.webhooks.send([{ event_type: 'delete', data_type: 'sleep', object_id: 'unknown' }]),
    );
    await bench.settle();
    expect(bench.executions).toMatchObject([{ requests: [], dates: [] }]);
    await expectNothingPending();
  });
});
