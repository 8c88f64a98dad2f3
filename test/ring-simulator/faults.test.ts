import { FAULT_KINDS, type FaultKind } from '../../services/ring-simulator/api/faults.ts';
import { all, get, simulator, stopAll } from './raw-client.ts';

afterEach(stopAll);

const RANGE = { start_date: '2026-11-01', end_date: '2026-11-20' };
const faulty = async (kind: FaultKind) => {
  const ring = await simulator();
  ring.faults.next(1, kind);
  return ring;
};
/** Returns the code of the network error that the call fails with. */
const networkError = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: string } };
    return cause?.code ?? name;
  }
  throw new Error('The call succeeded');
};

test('rate_limited responds with 429 and Retry-After', async () => {
  const ring = await simulator();
  ring.faults.next(1, { kind: 'rate_limited', retryAfterSeconds: 17 });
  const { status, headers } = await get(ring, 'sleep', RANGE);
  expect([status, headers.get('retry-after')]).toEqual([429, '17']);
});

test('rate_limited_silent responds with 429 without rate limit headers', async () => {
  const { status, headers } = await get(await faulty('rate_limited_silent'), 'sleep', RANGE);
  expect([status, headers.get('retry-after'), headers.get('x-ratelimit-reset')]).toEqual([429, null, null]);
});

test('rate_limited_garbled responds with 429 and a body that cannot be decompressed', async () => {
  const ring = await simulator();
  ring.faults.next(1, { kind: 'rate_limited_garbled', retryAfterSeconds: 3600 });
  const response = await fetch(`${ring.url}/v2/usercollection/sleep`, {
    headers: { authorization: 'Bearer x' },
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3600']);
  await expect(response.text()).rejects.toThrow();
});

test.each([
  ['challenge_forbidden', 403],
  ['challenge_unavailable', 503],
] as const)('%s responds with %i and the page of a challenge', async (kind, status) => {
  const answer = await get(await faulty(kind), 'sleep', RANGE);
  expect([answer.status, answer.headers.get('cf-mitigated')]).toEqual([status, 'challenge']);
  expect(answer.text.startsWith('<!DOCTYPE html>')).toBe(true);
});

test.each([
  ['internal_error', 500],
  ['bad_gateway', 502],
  ['unavailable', 503],
] as const)('%s responds with %i', async (kind, status) => {
  expect((await get(await faulty(kind), 'sleep', RANGE)).status).toBe(status);
});

test('hang never responds and does not keep the simulator from stopping', async () => {
  const ring = await faulty('hang');
  const call = get(ring, 'sleep', RANGE, {
    headers: { authorization: 'Bearer x' },
    signal: AbortSignal.timeout(150),
  });
  expect(await networkError(call)).toBe('TimeoutError');
  expect(ring.calls.map(({ status }) => status)).toEqual([null]);
});

test('reset closes the connection before the response', async () => {
  expect(await networkError(get(await faulty('reset'), 'sleep', RANGE))).toBe('ECONNRESET');
});

test('truncated closes the connection in the middle of the body', async () => {
  const ring = await faulty('truncated');
  expect(await networkError(get(ring, 'sleep', RANGE))).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
});

test('malformed sends half a document with status 200', async () => {
  const { status, text } = await get(await faulty('malformed'), 'sleep', RANGE);
  expect(status).toBe(200);
  expect(text.startsWith('{"data":[')).toBe(true);
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
});

test('html sends a page with status 200', async () => {
  const { status, headers, text } = await get(await faulty('html'), 'sleep', RANGE);
  expect([status, headers.get('content-type'), text.slice(0, 9)]).toEqual([200, 'text/html', '<!DOCTYPE']);
});

test('wrong_types turns numbers into strings, except id and day', async () => {
  const ring = await faulty('wrong_types');
  const { json } = await get(ring, 'daily_sleep', RANGE);
  const { json: right } = await get(ring, 'daily_sleep', RANGE);
  expect(json.data[0]).toMatchObject({
    id: right.data[0].id,
    day: right.data[0].day,
    score: String(right.data[0].score),
    timestamp: expect.any(Number),
  });
});

test('slow_drip sends the regular response slowly', async () => {
  const ring = await simulator();
  ring.faults.next(1, { kind: 'slow_drip', millis: 200 });
  const began = performance.now();
  const slow = await get(ring, 'sleep', RANGE);
  expect(performance.now() - began).toBeGreaterThan(150);
  expect(slow.json).toEqual((await get(ring, 'sleep', RANGE)).json);
});

describe('paging', () => {
  const paged = async () => {
    const ring = await simulator({ pageSize: 6 });
    return { ring, right: (await all(ring, 'daily_sleep', RANGE)).records };
  };

  test('duplicate_pages serves every page twice', async () => {
    const { ring, right } = await paged();
    ring.faults.always('duplicate_pages');
    const { records, pages } = await all(ring, 'daily_sleep', RANGE);
    expect([pages, records.length]).toEqual([8, 40]);
    expect(records.slice(6, 12)).toEqual(right.slice(0, 6));
    expect(new Set(records.map(({ id }) => id)).size).toBe(right.length);
  });

  test('out_of_order_pages serves every record once, in reverse, even if the fault strikes only once', async () => {
    const { ring, right } = await paged();
    ring.faults.next(1, 'out_of_order_pages');
    expect((await all(ring, 'daily_sleep', RANGE)).records).toEqual([...right].reverse());
  });

  test('out_of_order_pages loses no record if it strikes in the middle of a list', async () => {
    const { ring, right } = await paged();
    const first = await get(ring, 'daily_sleep', RANGE);
    ring.faults.next(1, 'out_of_order_pages');
    const rest = await all(ring, 'daily_sleep', { next_token: first.json.next_token });
    expect(rest.records.slice(0, 6)).toEqual(right.slice(6, 12).reverse());
    expect(rest.records.slice(6)).toEqual(right.slice(12));
  });

  test('repeating_token leads to the same page forever', async () => {
    const { ring } = await paged();
    ring.faults.next(1, 'repeating_token');
    const first = await get(ring, 'daily_sleep', RANGE);
    const second = await get(ring, 'daily_sleep', { next_token: first.json.next_token });
    const third = await get(ring, 'daily_sleep', { next_token: second.json.next_token });
    expect(second.json.next_token).toBe(first.json.next_token);
    expect(third.json).toEqual(first.json);
  });

  test('a paging fault strikes only lists', async () => {
    const { ring } = await paged();
    ring.faults.next(1, 'repeating_token');
    expect((await get(ring, 'personal_info')).status).toBe(200);
    expect(ring.faults.counts.repeating_token).toBe(0);
  });
});

describe('control', () => {
  const statuses = async (ring: { url: string }, ...paths: string[]) => {
    const seen: number[] = [];
    for (const path of paths) seen.push((await get(ring, path)).status);
    return seen;
  };

  test('next strikes exactly the given number of calls', async () => {
    const ring = await simulator();
    ring.faults.next(2, 'unavailable');
    expect(await statuses(ring, 'sleep', 'sleep', 'sleep')).toEqual([503, 503, 200]);
    expect(ring.faults.counts.unavailable).toBe(2);
  });

  test('always strikes until it is cleared', async () => {
    const ring = await simulator();
    ring.faults.always('internal_error');
    expect(await statuses(ring, 'sleep', 'daily_sleep')).toEqual([500, 500]);
    ring.faults.clear();
    expect(await statuses(ring, 'sleep')).toEqual([200]);
    expect(ring.faults.counts.internal_error).toBe(2);
  });

  test('a filter leaves other collections alone', async () => {
    const ring = await simulator();
    ring.faults.always('unavailable', { collection: 'daily_spo2' });
    ring.faults.next(1, 'internal_error', { collection: 'personal_info' });
    expect(await statuses(ring, 'sleep', 'daily_spo2', 'personal_info', 'personal_info')).toEqual([
      200, 503, 500, 200,
    ]);
  });

  test('the fault set first strikes first', async () => {
    const ring = await simulator();
    ring.faults.next(1, 'internal_error');
    ring.faults.next(1, 'unavailable');
    expect(await statuses(ring, 'sleep', 'sleep', 'sleep')).toEqual([500, 503, 200]);
  });

  test('random faults match their probability and are the same for the same seed', async () => {
    const run = async (seed: number) => {
      const ring = await simulator();
      ring.faults.random({ probability: 0.3, faults: ['unavailable', 'rate_limited'], seed });
      return statuses(ring, ...Array.from({ length: 120 }, () => 'personal_info'));
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    const failures = first.filter((status) => status !== 200).length;
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(failures).toBeGreaterThan(18);
    expect(failures).toBeLessThan(60);
    expect(new Set(first)).toEqual(new Set([200, 503, 429]));
  });

  test('counts faults by kind', async () => {
    const { faults } = await simulator();
    expect(Object.keys(faults.counts).sort()).toEqual([...FAULT_KINDS].sort());
  });
});
