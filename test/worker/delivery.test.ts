import { EDGE_RECORDS } from '../fixtures/oura/edge-nights.ts';
import { workBody } from '../helpers/queues.ts';
import { AT_ONCE, benchWithOura } from './worker-bench.ts';

const [FIRST, SECOND] = ['2026-03-10', '2026-03-29'] as const;

const { bench, oura } = benchWithOura(EDGE_RECORDS);

const worker = () => bench.worker(oura, { env: AT_ONCE });

test('the last date of a run completes its task, and no earlier date', async () => {
  await bench.plan('last', [FIRST]);
  await bench.plan('two', [SECOND, '2026-04-06']);
  await worker().deliver();
  expect(await bench.stack.afterPlan('last')).toMatchObject({ plan: { run_id: 'last' } });
  expect(await bench.stack.isWaiting('two')).toBe(true);
});

test('the run counts its requests, including those of failed attempts', async () => {
  await bench.plan('counted', [FIRST]);
  oura.respondWith(() => ({ status: 503 }));
  await worker().deliver();
  const failing = oura.requests.length;
  expect(await bench.run('counted')).toMatchObject({ requests: failing, pending: [FIRST] });
  oura.respondWith(undefined);
  await bench.stack.queues.send('work', workBody('counted', FIRST));
  await worker().deliver();
  expect(await bench.run('counted')).toMatchObject({ requests: failing + 4, stored: [FIRST] });
});

test('a date that is delivered twice in a batch is requested and stored once', async () => {
  await bench.plan('twice', [FIRST]);
  await bench.stack.queues.send('work', workBody('twice', FIRST));
  const { records, failedIds } = await worker().deliver();
  expect([records.length, failedIds]).toEqual([2, []]);
  expect(await bench.night(FIRST)).toMatchObject({ revision: 1, history: [] });
  expect(await bench.run('twice')).toMatchObject({ stored: [FIRST], unchanged: [], pending: [] });
  expect(oura.requests).toHaveLength(4);
});

test('acknowledges a message whose date is settled, without a request', async () => {
  await bench.plan('settled', [FIRST]);
  await worker().deliver();
  const asked = oura.requests.length;
  await bench.stack.queues.send('work', workBody('settled', FIRST));
  expect((await worker().deliver()).failedIds).toEqual([]);
  expect(oura.requests).toHaveLength(asked);
});

test('acknowledges a message whose date is settled, even if the date fails for another run', async () => {
  await bench.plan('settled-4', [FIRST]);
  await worker().deliver();
  await bench.stack.queues.send('work', workBody('settled-4', FIRST));
  await bench.plan('other', [FIRST]);
  oura.respondWith(() => ({ status: 503 }));
  const { records, failedIds } = await worker().deliver();
  const others = records.filter(({ body }) => body.includes('other')).map(({ messageId }) => messageId);
  expect(failedIds).toEqual(others);
});

test('requests a date again that failed in its run, because it was redriven', async () => {
  await bench.plan('redriven', [FIRST]);
  const [message] = (await bench.stack.queues.receive('work')).Records;
  await bench.stack.queues.acknowledge('work', message ? [message] : []);
  await bench.settle('redriven', { failed: [FIRST] });
  await bench.stack.queues.send('work', workBody('redriven', FIRST));
  await worker().deliver();
  expect(await bench.run('redriven')).toMatchObject({ stored: [FIRST], failed: [], pending: [] });
});

test('stores the date of an expired run, and acknowledges its message', async () => {
  await bench.stack.queues.send('work', workBody('expired', FIRST));
  expect((await worker().deliver()).failedIds).toEqual([]);
  expect(await bench.night(FIRST)).toMatchObject({ revision: 1 });
  await expect(bench.run('expired')).rejects.toThrow('There is no run');
});

test('one batch settles the dates of several runs, the same date for each', async () => {
  await bench.plan('one', [FIRST, SECOND]);
  await bench.plan('two-7', [FIRST]);
  await worker().deliver();
  expect(await bench.run('one')).toMatchObject({ stored: [FIRST, SECOND], pending: [] });
  expect(await bench.run('two-7')).toMatchObject({ stored: [FIRST], pending: [] });
  expect(await bench.stack.afterPlan('two-7')).toMatchObject({ plan: { run_id: 'two-7' } });
});

test('after a crash between ledger and callback, the next delivery completes the task without a request', async () => {
  await bench.plan('crash', [FIRST]);
  bench.stack.calls.failNext('SendTaskSuccessCommand', new Error('Step Functions is away'));
  const { kept, records } = await worker().deliver();
  expect(kept).toEqual([FIRST]);
  expect(await bench.run('crash')).toMatchObject({ stored: [FIRST], pending: [] });
  expect(await bench.stack.isWaiting('crash')).toBe(true);

  const asked = oura.requests.length;
  await bench.stack.queues.giveBack('work', records);
  expect((await worker().deliver()).kept).toEqual([]);
  expect(await bench.stack.afterPlan('crash')).toMatchObject({ plan: { run_id: 'crash' } });
  expect(oura.requests).toHaveLength(asked);
});

test('after a crash between table and ledger, the next delivery settles the date', async () => {
  await bench.plan('crash-9', [FIRST]);
  // The ledger first gets the first day of each collection, then the day, then the run.
  for (let write = 1; write <= 5; write++)
    bench.stack.calls.answerNext('UpdateItemCommand', async () => ({}));
  bench.stack.calls.failNext('UpdateItemCommand', new Error('no ledger'));
  const { kept, records } = await worker().deliver();
  expect(kept).toEqual([FIRST]);
  expect(await bench.night(FIRST)).toMatchObject({ revision: 1 });
  await bench.stack.queues.giveBack('work', records);
  await worker().deliver();
  // The run stored it, though its second attempt changed nothing.
  expect(await bench.run('crash-9')).toMatchObject({ stored: [FIRST], unchanged: [], pending: [] });
  expect(await bench.night(FIRST)).toMatchObject({ revision: 1, history: [] });
  expect(await bench.day(FIRST)).toMatchObject({ state: 'stored' });
});

test('settles a batch of a hundred messages in one invocation', async () => {
  const dates = Array.from({ length: 100 }, (_, index) =>
    new Date(Date.parse('2026-01-01T00:00:00Z') + index * 86_400_000).toISOString().slice(0, 10),
  );
  await bench.plan('hundred', dates);
  const { records, failedIds } = await worker().deliver();
  expect([records.length, failedIds.length]).toEqual([100, 0]);
  const { stored, no_data, pending } = await bench.run('hundred');
  expect(stored).toHaveLength(8);
  expect(pending).toEqual(['2026-04-06']);
  // The last of the hundred, 2026-04-10, is not over.
  expect(no_data).toHaveLength(90);
});
