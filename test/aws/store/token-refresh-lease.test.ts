import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { createTokenRefreshLease } from '../../../shared/aws/store/token-refresh-lease.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await openTables();
});
beforeEach(() => {
  tables.clock.set('2026-03-10T12:00:00-07:00');
  return tables.clear();
});
afterAll(() => tables.stop());

const lease = () => createTokenRefreshLease(tables.dynamodb, LOGICAL_ID.ouraSyncTable, tables.clock);

test('one of many processes gets the lease', async () => {
  const taken = await Promise.all(Array.from({ length: 12 }, () => lease().acquire(1_000)));
  expect(taken.filter((held) => held !== undefined)).toHaveLength(1);
});

test('the lease is free after its release and when it expires, not earlier', async () => {
  const first = await lease().acquire(1_000);
  await first?.release();
  expect(await lease().acquire(1_000)).toBeDefined();
  tables.clock.advance(0.999);
  expect(await lease().acquire(1_000)).toBeUndefined();
  tables.clock.advance(0.001);
  expect(await lease().acquire(1_000)).toBeDefined();
});

test('a lease of a clock that was ahead is free', async () => {
  tables.clock.set('2026-12-31T12:00:00-07:00');
  await lease().acquire(1_000);
  tables.clock.set('2026-03-10T12:00:00-07:00');
  expect(await lease().acquire(1_000)).toBeDefined();
});

test('a lease whose response was lost belongs to the holder when the SDK retries', async () => {
  await lease().acquire(1_000);
  const [input] = tables.calls.of('UpdateItemCommand') as unknown as UpdateCommandInput[];
  if (!input) throw new Error('Nothing was sent');
  const { Attributes } = await tables.raw.send(new UpdateCommand(input));
  expect(Attributes?.['fence']).toBe(2);
});

test('a former holder cannot write any more', async () => {
  const late = await lease().acquire(1_000);
  tables.clock.advance(1);
  const now = await lease().acquire(1_000);
  expect(await late?.spend('token-a', 1)).toBe(false);
  await late?.rejected('token-a');
  await late?.replaced({ from: 'token-a', to: 'token-b', forced: true });
  await late?.refused(0, tables.clock.now() + 5_000);
  await late?.release();
  expect(await lease().state()).toMatchObject({
    heldUntil: tables.clock.now() + 1_000,
    spending: null,
    rejected: null,
    replaced: null,
    notBefore: 0,
  });
  expect(await now?.spend('token-a', 1)).toBe(true);
});

test('the next holder reads the state that a crash leaves', async () => {
  const first = await lease().acquire(1_000);
  await first?.spend('token-a', 1);
  tables.clock.advance(1);
  expect((await lease().acquire(1_000))?.state).toMatchObject({ spending: 'token-a', unanswered: 1 });
});

test('each outcome keeps only the state that the next holder needs', async () => {
  const outcome = async (
    say: (held: NonNullable<Awaited<ReturnType<ReturnType<typeof lease>['acquire']>>>) => Promise<void>,
  ) => {
    const held = await lease().acquire(1_000);
    if (!held) throw new Error('The lease is not free');
    await held.spend('token-a', 1);
    await say(held);
    return lease().state();
  };
  const free = { heldUntil: 0, spending: null, unanswered: 0 };
  expect(await outcome((held) => held.refused(0, 7))).toMatchObject({ ...free, notBefore: 7 });
  expect(
    await outcome((held) => held.replaced({ from: 'token-a', to: 'token-b', forced: false })),
  ).toMatchObject({
    ...free,
    replaced: 'token-a',
    forced: null,
    notBefore: 0,
  });
  expect(
    await outcome((held) => held.replaced({ from: 'token-b', to: 'token-b', forced: true })),
  ).toMatchObject({
    replaced: 'token-a',
    forced: 'token-b',
  });
  expect(await outcome((held) => held.rejected('token-a'))).toMatchObject({
    ...free,
    rejected: 'token-a',
    rejectedAt: '2026-03-10T19:00:00.000Z',
  });
  // It is unknown whether the token is spent: the state stays, and the lease is still held.
  expect(await outcome((held) => held.failed(0))).toMatchObject({
    heldUntil: tables.clock.now() + 1_000,
    spending: 'token-a',
    unanswered: 0,
  });
});
