import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentialsFile } from '../../services/local/data-folder/secret-file.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { parameterStore } from '../../shared/aws/store/parameter-store.ts';
import { createTokenRefreshLease } from '../../shared/aws/store/token-refresh-lease.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { createAccessToken } from '../../shared/oura/credentials/access-token.ts';
import type { CredentialStore } from '../../shared/oura/credentials/credential-store.ts';
import { type Connection, parseConnection } from '../../shared/oura/credentials/oauth-grant.ts';
import type { TokenRefreshLease } from '../../shared/oura/credentials/refresh-lease.ts';
import { ReconnectNeeded, TokenRefreshFailed } from '../../shared/oura/errors.ts';
import { APPLICATION, connect, tokenUrls } from '../helpers/connected.ts';
import { testLog } from '../helpers/log.ts';
import { openTables, PARAMETER, type TestTables } from '../helpers/tables.ts';
import { report, secondsSince } from './support/figures.ts';
import { chanceOf, wholeBetween } from './support/seed.ts';

const TRIALS = 1_000;
const PROCESSES = ['planner', 'worker 1', 'worker 2', 'worker 3'] as const;

/** Where the first process dies, or that none does. The last two lose the new pair. */
const FATES = [
  'nothing',
  'before the lease',
  'after the lease',
  'after the intent',
  'after the store',
  'between exchange and store',
  'the response is lost',
] as const;
type Fate = (typeof FATES)[number];
const isLoss = (fate: Fate): boolean =>
  fate === 'between exchange and store' || fate === 'the response is lost';

/** The remaining time of an invocation, and how much longer the lease lasts. */
const TIME_LEFT_MS = 30_000;
const LEASE_S = 41;

let tables: TestTables;
let ring: RingSimulator;
const chance = chanceOf('token refresh');
/** Concurrent requests to the token URL: each trial has one refresh token. */
let underWay = 0;
let mostAtOnce = 0;
const isRefresh = (message: unknown): boolean =>
  (message as { request: ClientRequest }).request.path === new URL(tokenUrls(ring).cloud).pathname;
const begins = (message: unknown): void => {
  if (isRefresh(message)) mostAtOnce = Math.max(mostAtOnce, ++underWay);
};
const ends = (message: unknown): void => {
  if (isRefresh(message)) underWay -= 1;
};
beforeAll(async () => {
  tables = await openTables();
  ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: tables.clock,
    oauth: { applications: [APPLICATION], answerDelayMs: () => wholeBetween(chance, 0, 15) },
  });
  subscribe('http.client.request.start', begins);
  subscribe('http.client.response.finish', ends);
  subscribe('http.client.request.error', ends);
});
afterAll(async () => {
  unsubscribe('http.client.request.start', begins);
  unsubscribe('http.client.response.finish', ends);
  unsubscribe('http.client.request.error', ends);
  await ring.stop();
  await tables.stop();
});

const stored = (): Connection => parseConnection(credentialsFile(tables.dataDir).read() ?? '') as Connection;
/** A dead process never continues. */
const dead = <T>(): Promise<T> => new Promise<T>(() => {});

/** The ledger and the store of one process, which can die in them. `die` returns true for the process that dies there. */
const mortal = (
  die: (at: Fate) => boolean,
): { store: CredentialStore; lease: TokenRefreshLease; died: () => boolean } => {
  const store = parameterStore(tables.ssm, `ssm:${PARAMETER}`);
  const lease = createTokenRefreshLease(tables.dynamodb, LOGICAL_ID.ouraSyncTable, tables.clock);
  let died = false;
  const unlessDead = <T>(call: () => Promise<T>): Promise<T> => (died ? dead() : call());
  const mayDie = (at: Fate): Promise<void> => {
    // A time limit of ours may wake a dead process.
    if (died) return dead();
    // Usually short, sometimes long enough that another process finishes first.
    if (!die(at)) return sleep(wholeBetween(chance, 0, chance() < 0.2 ? 60 : 3));
    died = true;
    return dead();
  };
  return {
    died: () => died,
    store: {
      read: () => unlessDead(store.read),
      write: async (connection) => {
        await mayDie('between exchange and store');
        await store.write(connection);
        await mayDie('after the store');
      },
    },
    lease: {
      state: () => unlessDead(lease.state),
      acquire: async (ms) => {
        await mayDie('before the lease');
        const held = await lease.acquire(ms);
        if (!held) return undefined;
        await mayDie('after the lease');
        return {
          ...held,
          spend: async (token, unanswered) => {
            const written = await held.spend(token, unanswered);
            await mayDie('after the intent');
            return written;
          },
        };
      },
    },
  };
};

/** How one process ended: with a token, with "reconnect needed", or by dying. */
type End = string | ReconnectNeeded | 'died';

/** Retries until there is a token or "reconnect needed", as requeued messages do. */
const untilItEnds = async (
  source: ReturnType<typeof createAccessToken>,
  timeLeft: () => number,
): Promise<End> => {
  for (;;) {
    try {
      const four = await Promise.all(Array.from({ length: 4 }, () => source.get(timeLeft)));
      expect(new Set(four).size).toBe(1);
      return four[0] ?? '';
    } catch (error: unknown) {
      if (error instanceof ReconnectNeeded) return error;
      if (!(error instanceof TokenRefreshFailed)) throw error;
      await sleep(10);
    }
  }
};

/** One trial: four processes with an expired token, one of them with `fate`. */
const trial = async (fate: Fate): Promise<{ ends: End[]; calls: typeof ring.oauth.tokenCalls }> => {
  const before = ring.oauth.tokenCalls.length;
  if (fate === 'the response is lost') ring.faults.next(1, 'reset', { collection: 'token' });
  const log = createLog('test', testLog().console);
  let victim: string | undefined;
  const over = new AbortController();
  const processes = PROCESSES.map((name) => {
    const parts = mortal((at) => {
      if (at !== fate || victim !== undefined) return false;
      victim = name;
      return true;
    });
    const source = createAccessToken({ ...parts, clock: tables.clock, log });
    const end = sleep(wholeBetween(chance, 0, 12)).then(() =>
      untilItEnds(source, () => (parts.died() ? 0 : TIME_LEFT_MS)),
    );
    const death = (async (): Promise<'died'> => {
      while (!parts.died() && !over.signal.aborted) await sleep(2);
      return 'died';
    })();
    return Promise.race([end, death]);
  });
  // Time advances only while a process waits for a dead one, so that no lease of a living process expires.
  const time = (async () => {
    const isHeldByTheDead = () =>
      fate === 'the response is lost'
        ? ring.oauth.tokenCalls.length > before && underWay === 0
        : victim !== undefined && fate !== 'before the lease';
    while (!isHeldByTheDead() && !over.signal.aborted) await sleep(2);
    if (!over.signal.aborted) tables.clock.advance(LEASE_S);
  })();
  const ends = await Promise.all(processes);
  over.abort();
  await time;
  return { ends, calls: ring.oauth.tokenCalls.slice(before) };
};

test(`one of a planner and three workers refreshes, even if one dies, in ${TRIALS} trials`, async () => {
  const begun = performance.now();
  const counts = Object.fromEntries(FATES.map((fate) => [fate, 0])) as Record<Fate, number>;
  let calls = 0;
  connect(tables.dataDir, ring, tables.clock);
  for (let index = 0; index < TRIALS; index++) {
    tables.clock.advance(25 * 3_600);
    const fate = FATES[wholeBetween(chance, 0, FATES.length - 1)] ?? 'nothing';
    counts[fate] += 1;
    const spent = stored();
    const refreshes = ring.oauth.refreshes;
    const result = await trial(fate);
    const where = `trial ${index}: ${fate}`;
    calls += result.calls.length;

    expect([where, ring.oauth.refreshes - refreshes]).toEqual([where, 1]);
    const living = result.ends.filter((end) => end !== 'died');
    const victims = fate === 'nothing' || fate === 'the response is lost' ? 0 : 1;
    expect([where, living.length]).toEqual([where, PROCESSES.length - victims]);
    if (isLoss(fate)) {
      // One careful repeat after the lease expired. Then all processes get "reconnect needed" and stop.
      expect([where, result.calls.map(({ status }) => status)]).toEqual([where, [200, 400]]);
      const [first, repeat] = result.calls;
      expect((repeat?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(TIME_LEFT_MS);
      for (const end of living) expect([where, end]).toEqual([where, expect.any(ReconnectNeeded)]);
      expect(stored()).toEqual(spent);
      connect(tables.dataDir, ring, tables.clock);
    } else {
      expect([where, result.calls.map(({ status }) => status)]).toEqual([where, [200]]);
      const { access_token, refresh_token } = stored();
      expect(refresh_token).not.toBe(spent.refresh_token);
      expect([where, living]).toEqual([where, living.map(() => access_token)]);
    }
  }
  const losses = FATES.filter(isLoss).reduce((sum, fate) => sum + counts[fate], 0);
  expect(mostAtOnce).toBe(1);
  expect(ring.oauth.presentedTwice).toBe(losses);
  report({
    what: 'token refresh',
    dates: TRIALS,
    injected: TRIALS - counts.nothing,
    stored: TRIALS - losses,
    no_data: 0,
    parked: losses,
    lost: 0,
    calls,
    budget: TRIALS + losses,
    seconds: secondsSince(begun),
    note: 'trials, not dates; parked: reconnect needed',
  });
}, 1_800_000);
