import { expect, test } from '@jest/globals';
import { planEventSchema, summaryEventSchema, workMessageSchema } from '../../shared/core/messages.ts';

const message = { version: 1, run_id: 'run', date: '2026-03-10', reason: 'missing' };
const plan = { task_token: 'token', run_id: 'run', input: { trigger: 'schedule' } };
const without = (value: object, field: string) => ({ ...value, [field]: undefined });

test.each(['missing', 'recheck', 'backfill', 'webhook'])(
  'a work message may have the reason %s',
  (reason) => {
    expect(workMessageSchema.isValidSync({ ...message, reason })).toBe(true);
  },
);

test.each([
  undefined,
  null,
  { ...message, version: 2 },
  { ...message, version: '1' },
  { ...message, run_id: '' },
  { ...message, run_id: 7 },
  { ...message, date: '2026-02-29' },
  { ...message, reason: 'other' },
  { ...message, more: 1 },
  ...Object.keys(message).map((field) => without(message, field)),
])('rejects a malformed work message: %j', (value) => {
  expect(workMessageSchema.isValidSync(value)).toBe(false);
});

test.each(['schedule', 'manual', 'backfill', 'webhook', 'morning'])(
  'a run may be started with the trigger %s',
  (trigger) => {
    const input = { trigger, from: '2026-03-01', to: '2026-03-10', days: 1 };
    expect(planEventSchema.isValidSync({ ...plan, input })).toBe(true);
  },
);

test.each([
  undefined,
  without(plan, 'task_token'),
  without(plan, 'run_id'),
  without(plan, 'input'),
  { ...plan, task_token: '' },
  { ...plan, task_token: 1 },
  { ...plan, run_id: '' },
  { ...plan, run_id: 1 },
  { ...plan, input: {} },
  { ...plan, input: { trigger: 'other' } },
  { ...plan, input: { trigger: 'manual', from: 'yesterday' } },
  { ...plan, input: { trigger: 'manual', to: 'yesterday' } },
  { ...plan, input: { trigger: 'manual', days: 0 } },
  { ...plan, input: { trigger: 'manual', days: 1.5 } },
  { ...plan, input: { trigger: 'manual', days: '1' } },
  { ...plan, input: { trigger: 'manual', more: 1 } },
])('rejects a malformed plan event: %j', (value) => {
  expect(planEventSchema.isValidSync(value)).toBe(false);
});

test('accepts a run without a trigger, so that it is reported', () => {
  const { state } = summaryEventSchema.validateSync({ run_id: 'run', state: {} });
  expect(state.trigger).toBe('unknown');
  expect(state.failure).toBeUndefined();
});

test.each([
  undefined,
  { state: {} },
  { run_id: '', state: {} },
  { run_id: 1, state: {} },
  { run_id: 'r', state: { failure: {} } },
  { run_id: 'r', state: { failure: { Error: 1 } } },
  { run_id: 'r', state: { failure: { Error: 'E', Cause: 1 } } },
])('rejects a malformed summary event: %j', (value) => {
  expect(summaryEventSchema.isValidSync(value)).toBe(false);
});
