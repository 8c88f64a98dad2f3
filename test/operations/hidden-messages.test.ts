import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { jest } from '@jest/globals';
import { EXIT } from '../../services/cli/exit.ts';
import { failureTable } from '../../services/cli/print/failure-table.ts';
import { redriveReport } from '../../services/cli/print/redrive-report.ts';
import { accept } from '../../services/cli/redrive/accept.ts';
import { discard } from '../../services/cli/redrive/discard.ts';
import { openLedger } from '../../services/operations/ledger.ts';
import { moveMessages } from '../../services/operations/redrive/move-messages.ts';
import { endOfRedrive, planRedrive } from '../../services/operations/redrive/redrive-dates.ts';
import type { Stack } from '../../services/operations/stack.ts';
import { readFailures } from '../../services/operations/status/failures.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';
import { workBody } from '../helpers/queues.ts';

const DATE = '2026-01-11';
const NO_FOLDER = { dataDir: '/nonexistent', yes: true };
const HIDDEN = { name: 'MessagesHidden', message: expect.stringContaining('Parked: 1 more message ') };
/** The group of a message that another reader holds. */
const UNREAD = {
  cause: 'unread',
  message: HIDDEN.message,
  count: 1,
  dates: [],
  messages: [],
};

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
const temporaryFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'oura-sync-hidden-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
};
/** Returns the exit code of a command and what it prints. */
const printedBy = async (command: () => Promise<number>) => {
  let printed = '';
  const shown = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    return { code: await command(), printed };
  } finally {
    shown.mockRestore();
  }
};
const parkDate = () =>
  openLedger(stack).days.failed(DATE, {
    ...{ state: 'parked', run_id: 'run', attempts: 1, at: stack.clock.now(), next_check_on: null },
    error: { name: 'InvalidRecord', message: 'Invalid sleep record' },
  });

test('failures does not report that there are none while another reader holds the messages', async () => {
  expect(await readFailures(stack)).toEqual([]);
  await parkHidden('not a work message');
  expect(await readFailures(stack)).toEqual([UNREAD]);
  expect(failureTable(await readFailures(stack), NO_FOLDER)).toMatch(/unread .*1 .*unknown/);
});

test('failures counts the messages that another reader holds, and each parked date once', async () => {
  const counts = async () => (await readFailures(stack)).map(({ cause, count }) => [cause, count]);
  await parkDate();
  await parkHidden(workBody('run', DATE));
  expect(await counts()).toEqual([['InvalidRecord', 1]]);
  await parkHidden('not a work message');
  await opened.queues.send('parked', 'not a work message');
  expect(await counts()).toEqual([
    ['InvalidRecord', 1],
    ['MalformedMessage', 1],
    ['unread', 1],
  ]);
});

test('a discard does not report that there is none while another reader holds the messages', async () => {
  await parkHidden('not a work message');
  for (const options of [{ discardMalformed: true }, { discard: ['id'] }])
    await expect(discard(stack, { ...NO_FOLDER, ...options })).rejects.toMatchObject(HIDDEN);
});

test('a discard says that there may be more malformed messages than it could read', async () => {
  await using folder = await temporaryFolder();
  await parkHidden('not a work message');
  await opened.queues.send('parked', 'neither');
  const { code, printed } = await printedBy(() =>
    discard(stack, { dataDir: folder.path, yes: true, discardMalformed: true }),
  );
  expect(code).toBe(EXIT.unsettled);
  expect(printed).toContain('Removed 1 message');
  expect(printed).toContain('Parked: 1 more message that another command or run is reading.');
});

test('a redrive says which messages it left because another reader held them', async () => {
  await parkDate();
  const plan = async () => {
    const { parked, hidden, dates } = await planRedrive(stack);
    return { parked: parked.length, hidden, dates };
  };
  await parkHidden(workBody('run', '2026-01-12'));
  await opened.queues.send('parked', workBody('run', DATE));
  expect(await plan()).toEqual({ parked: 1, hidden: 1, dates: [DATE] });
  expect(await moveMessages(stack)).toBe(1);
  await opened.raw.sqs.send(new PurgeQueueCommand({ QueueUrl: opened.queues.url('work') }));
  const held = await endOfRedrive(stack, [], new Set(), 1);
  expect(held).toMatchObject({ left: [], others: 1 });
  expect(redriveReport(held).at(-1)).toMatch(/^Still parked: 1 other message, /);
  // It is visible again in the end.
  await opened.queues.purge();
  await opened.queues.send('parked', workBody('run', '2026-01-12'));
  expect(await endOfRedrive(stack, [DATE], new Set())).toMatchObject({ left: [], others: 1 });
  await opened.queues.purge();
  expect(await endOfRedrive(stack, [], new Set(), 1)).toMatchObject({ others: 0 });
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
  expect(await endOfRedrive(stack, [DATE], new Set())).toMatchObject({
    settled: 0,
    again: [DATE],
    unfinished: 0,
  });
});
