import { accept } from '../../services/cli/redrive/accept.ts';
import { discard } from '../../services/cli/redrive/discard.ts';
import { openLedger } from '../../services/operations/ledger.ts';
import { endOfRedrive } from '../../services/operations/redrive/redrive-dates.ts';
import type { Stack } from '../../services/operations/stack.ts';
import { readFailures } from '../../services/operations/status/failures.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';
import { workBody } from '../helpers/queues.ts';

const DATE = '2026-01-11';
const NO_FOLDER = { dataDir: '/nonexistent', yes: true };
const HIDDEN = { name: 'MessagesHidden', message: expect.stringContaining('Parked: 1 message more') };

let opened: TestStack;
let stack: Stack;
beforeAll(async () => {
  opened = await openStack();
  stack = { ...opened.raw, clock: opened.clock, outputs: opened.outputs };
});
beforeEach(() => opened.clear());
afterAll(() => opened.stop());

/** Parks a message that another reader has received. */
const parkHidden = async (body: string) => {
  await opened.queues.send('parked', body);
  expect((await opened.queues.receive('parked')).Records).toHaveLength(1);
};
const parkDate = () =>
  openLedger(stack).days.failed(DATE, {
    ...{ state: 'parked', run_id: 'run', attempts: 1, at: stack.clock.now(), next_check_on: null },
    error: { name: 'InvalidRecord', message: 'Invalid sleep record' },
  });

test('failures does not report that there are none while another reader holds the messages', async () => {
  expect(await readFailures(stack)).toEqual([]);
  await parkHidden('not a work message');
  await expect(readFailures(stack)).rejects.toMatchObject(HIDDEN);
});

test('a discard does not report that there is none while another reader holds the messages', async () => {
  await parkHidden('not a work message');
  for (const options of [{ discardMalformed: true }, { discard: ['id'] }])
    await expect(discard(stack, { ...NO_FOLDER, ...options })).rejects.toMatchObject(HIDDEN);
});

test('a date is not accepted while another reader holds its message', async () => {
  await parkDate();
  await parkHidden(workBody('run', DATE));
  await expect(accept(stack, DATE, NO_FOLDER)).rejects.toMatchObject(HIDDEN);
  expect((await openLedger(stack).days.get([DATE])).get(DATE)?.state).toBe('parked');
});

test('a redrive counts a date as failed again while another reader holds its message', async () => {
  await parkDate();
  await parkHidden(workBody('run', DATE));
  expect(await endOfRedrive(stack, [DATE], new Set())).toMatchObject({ settled: 0, again: 1, unfinished: 0 });
});
