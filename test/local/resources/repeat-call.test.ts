import { repeatCall } from '../../../services/local/resources/repeat-call.ts';

const PACE = { forMs: 60_000, everyMs: 1 };
const fault = (of: 'server' | 'client') => Object.assign(new Error(`a fault of the ${of}`), { $fault: of });

const run = async (outcomes: readonly (Error | undefined)[], pace = PACE) => {
  const left = [...outcomes];
  const failures: unknown[] = [];
  const call = async () => {
    const outcome = left.shift();
    if (outcome) throw outcome;
  };
  await repeatCall(call, {
    failed: (error) => void failures.push(error),
    signal: new AbortController().signal,
    pace,
  });
  return { calls: outcomes.length - left.length, failures: failures.length };
};

test('repeats a call that the service cannot answer, until it can', async () => {
  expect(await run([fault('server'), fault('server'), undefined, undefined])).toEqual({
    calls: 3,
    failures: 2,
  });
});

test('does not repeat a call that the service refuses, nor one for longer than a day', async () => {
  expect(await run([fault('client'), undefined])).toEqual({ calls: 1, failures: 1 });
  expect(await run([fault('server'), undefined], { ...PACE, forMs: -1 })).toEqual({ calls: 1, failures: 1 });
});

test('ends with the process', async () => {
  const stopping = new AbortController();
  const call = async () => {
    stopping.abort();
    throw fault('server');
  };
  await repeatCall(call, {
    failed: () => undefined,
    signal: stopping.signal,
    pace: { ...PACE, everyMs: 60_000 },
  });
  expect(stopping.signal.aborted).toBe(true);
});
