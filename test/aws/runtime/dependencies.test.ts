import { type Dependencies, deployed } from '../../../shared/aws/runtime/dependencies.ts';

const CONTEXT = { awsRequestId: 'request', getRemainingTimeInMillis: () => 60_000 };

test('creates a deployed handler once, at the first invocation', async () => {
  const created: Dependencies[] = [];
  const handler = deployed((dependencies) => {
    created.push(dependencies);
    return async (event: number) => event + 1;
  });
  expect(created).toHaveLength(0);
  expect([await handler(1, CONTEXT), await handler(2, CONTEXT)]).toEqual([2, 3]);
  expect(created).toHaveLength(1);
  expect(created[0]?.env).toBe(process.env);
});

test.each(['planner', 'worker', 'log-error', 'summary'])(
  'the module of %s can be imported without an environment',
  async (name) => {
    const module = await import(`../../../services/${name}/handler.ts`);
    expect(module).toMatchObject({ handler: expect.any(Function), createHandler: expect.any(Function) });
  },
);
