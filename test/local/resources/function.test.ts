import { createClients } from '../../../services/local/emulators/clients.ts';
import { createFunctions, type Functions } from '../../../services/local/emulators/functions.ts';
import { lambdaFunction } from '../../../services/local/resources/function.ts';
import type { Machine } from '../../../services/local/resources/resource.ts';
import type { Handler } from '../../../shared/aws/runtime/dependencies.ts';
import { systemClock } from '../../../shared/core/clock.ts';

const clients = createClients('http://127.0.0.1:1', { accessKeyId: 'any', secretAccessKey: 'any' });
afterAll(() => clients.destroy());

const load = async (
  handler: Handler<unknown, unknown>,
  properties: { Timeout?: number; ReservedConcurrentExecutions?: number } = {},
  metadata: object = { 'oura-sync:handler': 'worker' },
): Promise<Functions> => {
  const functions = createFunctions();
  const machine = { functions, clients, clock: systemClock, console, loadHandler: async () => () => handler };
  await lambdaFunction.start?.(
    {
      logicalId: 'Worker',
      properties: lambdaFunction.properties.cast({ Timeout: 1, ...properties }),
      metadata: { ...metadata },
    },
    machine as unknown as Machine,
  );
  return functions;
};

test('passes the remaining time to the handler', async () => {
  const { invoke } = await load(async (_, context) => context.getRemainingTimeInMillis(), { Timeout: 7 });
  const left = await invoke('Worker', {});
  expect(left).toBeGreaterThan(6000);
  expect(left).toBeLessThanOrEqual(7000);
});

test('fails an invocation that exceeds its timeout', async () => {
  const { invoke } = await load(() => new Promise(() => undefined));
  await expect(invoke('Worker', {})).rejects.toMatchObject({
    errorType: 'Sandbox.Timedout',
    message: 'Task timed out after 1.00 seconds',
  });
});

test('rejects an invocation beyond the reserved concurrency, like Lambda', async () => {
  const gate = Promise.withResolvers<void>();
  const { invoke } = await load(() => gate.promise, { ReservedConcurrentExecutions: 1 });
  const first = invoke('Worker', {});
  await expect(invoke('Worker', {})).rejects.toMatchObject({ errorType: 'Lambda.TooManyRequestsException' });
  gate.resolve();
  await first;
  await expect(invoke('Worker', {})).resolves.toBeNull();
});

test('keeps the name of the error that the handler throws', async () => {
  const { invoke } = await load(async () => {
    throw Object.assign(new Error('gone'), { name: 'OuraUnavailable' });
  });
  await expect(invoke('Worker', {})).rejects.toMatchObject({ errorType: 'OuraUnavailable', message: 'gone' });
});

test('passes only JSON in and out', async () => {
  const { invoke } = await load(async (event) => ({ event, lost: undefined, day: new Set([1]) }));
  expect(await invoke('Worker', { at: new Date(0), lost: undefined })).toEqual({
    event: { at: '1970-01-01T00:00:00.000Z' },
    day: {},
  });
});

test('rejects a function without a handler in its metadata', async () => {
  await expect(load(async () => null, {}, {})).rejects.toThrow(/oura-sync:handler.*Worker/);
});

test('rejects a payload of more than 6 MB, and a response of more than 6 MB and 100 bytes, like Lambda', async () => {
  const most = 6 * 1024 * 1024;
  let calls = 0;
  const { invoke } = await load(async (event) => {
    calls += 1;
    return `${'x'.repeat(100)}${event}`;
  });
  await expect(invoke('Worker', 'x'.repeat(most - 1))).rejects.toMatchObject({
    errorType: 'Lambda.RequestTooLargeException',
    message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  });
  expect(calls).toBe(0);
  await expect(invoke('Worker', 'x'.repeat(most - 2))).resolves.toHaveLength(most + 98);
  const { invoke: invokeLong } = await load(async () => 'x'.repeat(most + 99));
  await expect(invokeLong('Worker', {})).rejects.toMatchObject({
    errorType: 'Function.ResponseSizeTooLarge',
    message: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  });
});

test('rejects environment variables of more than 4 KB, measured as JSON', () => {
  const create = (bytes: number) => {
    const Variables = { URL: 'x'.repeat(bytes - JSON.stringify({ URL: '' }).length) };
    const properties = lambdaFunction.properties.cast({ Timeout: 1, Environment: { Variables } });
    return lambdaFunction.create?.({ logicalId: 'Worker', properties, metadata: {} }, {} as Machine);
  };
  expect(() => create(4096)).not.toThrow();
  expect(() => create(4097)).toThrow(
    expect.objectContaining({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('exceeded the 4KB limit'),
    }),
  );
});
