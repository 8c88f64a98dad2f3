import fc from 'fast-check';
import { grantRequests, type Share } from '../../../shared/oura/pace/request-pace.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const perMinute = fc.integer({ min: 1, max: 1000 });
const share = fc.constantFrom<Share>('whole', 'backfill');

/** Asks at each time for so many requests, as a worker that waits as long as required. Returns when each request was made. */
const play = (
  asks: readonly { after: number; wanted: number; share: Share }[],
  requestsPerMinute: number,
): number[] => {
  const made: number[] = [];
  let [spentUntil, now] = [0, NOW];
  for (const ask of asks) {
    now += ask.after;
    let left = ask.wanted;
    while (left > 0) {
      const grant = grantRequests(spentUntil, left, now, { requestsPerMinute, share: ask.share });
      spentUntil = grant.granted > 0 ? grant.spentUntil : spentUntil;
      left -= grant.granted;
      for (let index = 0; index < grant.granted; index++) made.push(now);
      now += grant.waitMs;
    }
  }
  return made;
};

const asks = fc.array(
  fc.record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90_000 })),
    wanted: fc.integer({ min: 1, max: 60 }),
    share,
  }),
  { minLength: 1, maxLength: 40 },
);

test('no minute holds more requests than the setting, even if each leaves up to 15 s late', () => {
  fc.assert(
    fc.property(
      asks,
      perMinute,
      fc.infiniteStream(fc.integer({ min: 0, max: 15_000 })),
      (asked, set, late) => {
        const left = play(asked, set)
          .map((at) => at + (late.next().value ?? 0))
          .sort((a, b) => a - b);
        // One expectation a case: forty of them take longer than the case.
        const tooSoon = left.filter(
          (at, index) => at - (left[index - set] ?? Number.NEGATIVE_INFINITY) < 60_000,
        );
        expect(tooSoon).toEqual([]);
      },
    ),
    propertyRuns(),
  );
});

test('grants a request after the returned wait, which is at most 25 s', () => {
  fc.assert(
    fc.property(perMinute, share, fc.integer({ min: 0, max: 25_000 }), (requestsPerMinute, whose, ahead) => {
      const rules = { requestsPerMinute, share: whose };
      const { granted, waitMs } = grantRequests(NOW + ahead, 1, NOW, rules);
      if (granted === 0) {
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(25_000);
        expect(grantRequests(NOW + ahead, 1, NOW + waitMs, rules).granted).toBe(1);
      }
    }),
    propertyRuns(),
  );
});

test('after any backfill, a daily run finds an eighth of the budget of a minute', () => {
  fc.assert(
    fc.property(
      asks.map((each) => each.map((ask) => ({ ...ask, after: 0, share: 'backfill' as const }))),
      fc.integer({ min: 60, max: 1000 }),
      (asked, requestsPerMinute) => {
        let spentUntil = 0;
        for (const { wanted } of asked) {
          spentUntil = grantRequests(spentUntil, wanted, NOW, {
            requestsPerMinute,
            share: 'backfill',
          }).spentUntil;
        }
        const { granted } = grantRequests(spentUntil, 1000, NOW, { requestsPerMinute, share: 'whole' });
        expect(granted).toBeGreaterThanOrEqual(Math.floor(requestsPerMinute / 8) - 1);
      },
    ),
    propertyRuns(),
  );
});

test('ignores a budget that was spent by a clock far ahead', () => {
  expect(grantRequests(NOW + 3_600_000, 4, NOW, { requestsPerMinute: 600, share: 'backfill' })).toEqual({
    granted: 4,
    spentUntil: NOW + 667,
    waitMs: 0,
  });
});
