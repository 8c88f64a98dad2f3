import { InternalServerError } from '@aws-sdk/client-dynamodb';
import { outlastRefusals } from '../../../services/cli/target/outlast-refusals.ts';

const fault = () => new InternalServerError({ $metadata: {}, message: 'no space left' });
const never = new AbortController().signal;

test('repeats what a service refuses until it succeeds', async () => {
  let calls = 0;
  const work = async () => {
    calls += 1;
    if (calls < 3) throw fault();
    return 'done';
  };
  expect(await outlastRefusals(work, never, 1)).toBe('done');
  expect(calls).toBe(3);
});

test('throws any other error at once', async () => {
  let calls = 0;
  const work = async () => {
    calls += 1;
    throw new TypeError('a bug');
  };
  await expect(outlastRefusals(work, never, 1)).rejects.toThrow('a bug');
  expect(calls).toBe(1);
});

test('ends without a result when the command is stopped', async () => {
  const stop = new AbortController();
  const work = async () => {
    stop.abort();
    throw fault();
  };
  expect(await outlastRefusals(work, stop.signal, 60_000)).toBeUndefined();
});
