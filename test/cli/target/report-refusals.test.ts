import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { reportRefusals } from '../../../services/cli/target/report-refusals.ts';
import { type Refusal, Refusals } from '../../../services/local/emulators/refusals.ts';

const FULL = { message: 'dynamodb.sqlite: no space left' };

test('the services remember what they refuse, until the same operation succeeds', async () => {
  const refusals = new Refusals();
  let status = 500;
  const service = refusals.watch(async () => ({ status, headers: {}, body: JSON.stringify(FULL) }));
  const call = (target: string) => service({ target, headers: {}, body: '{}' });
  await call('PutItem');
  expect(refusals.oldest()).toMatchObject(FULL);
  status = 400;
  await call('PutItem');
  status = 200;
  await call('GetItem');
  expect(refusals.oldest()).toMatchObject(FULL);
  await call('PutItem');
  expect(refusals.oldest()).toBeUndefined();
});

test('a refusal that no one repeats is forgotten after a later write to the same service', async () => {
  const time = jest.spyOn(performance, 'now');
  const refusals = new Refusals();
  const call = (target: string, status: number) =>
    refusals.watch(async () => ({ status, headers: {}, body: JSON.stringify(FULL) }))({
      target,
      headers: {},
      body: '{}',
    });
  time.mockReturnValue(0);
  await call('Tables.DeleteTable', 500);
  time.mockReturnValue(9_000);
  await call('Tables.PutItem', 200);
  expect(refusals.oldest()).toMatchObject({ since: 0 });
  time.mockReturnValue(9_500);
  await call('Tables.DeleteTable', 500);
  time.mockReturnValue(30_000);
  // A read succeeds on a full disk, and another service may have its files elsewhere.
  await call('Tables.GetItem', 200);
  await call('Queues.SendMessage', 200);
  expect(refusals.oldest()).toMatchObject({ since: 0 });
  await call('Tables.PutItem', 200);
  expect(refusals.oldest()).toBeUndefined();
  time.mockRestore();
});

test('says once what is refused, and when it is over', async () => {
  let refusal: Refusal | undefined = { ...FULL, since: performance.now() - 10_000 };
  const said: string[] = [];
  const end = reportRefusals({
    refusal: () => refusal,
    say: (sentence) => void said.push(sentence),
    giveUp: () => said.push('gave up'),
    patienceMs: Number.POSITIVE_INFINITY,
  });
  await sleep(1_200);
  refusal = undefined;
  await sleep(700);
  end();
  expect(said).toEqual([expect.stringContaining('no space left'), 'The data folder can be used again']);
});

test('gives up once, after its patience', async () => {
  const given: string[] = [];
  const end = reportRefusals({
    refusal: () => ({ ...FULL, since: performance.now() - 31_000 }),
    say: () => {},
    giveUp: (message) => given.push(message),
    patienceMs: 30_000,
  });
  await sleep(1_300);
  end();
  expect(given).toEqual([FULL.message]);
});
