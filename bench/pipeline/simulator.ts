// The simulated Oura in a separate process, so that its memory and CPU time are not part of the measurements. This file has both
// sides: the forked process serves.
import { once } from 'node:events';
import type { Call } from '../../services/ring-simulator/api/calls.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { argumentOf, startModule } from './child.ts';

/** The simulated Oura of all designs. The rate limit is the documented one (docs/oura-api.md §2.2). */
export const OURA = {
  latencyMs: 150,
  rateLimit: { requests: 5_000, windowSeconds: 300 },
  timeZone: 'America/Los_Angeles',
  scenario: 'forgetful',
} as const;

/** How often to collect the calls, because the simulator keeps only the last 10,000. */
const GATHER_MS = 200;

/** The simulator's counts. */
export interface Counts {
  readonly requests: number;
  /** How many of them got a 429. */
  readonly refused: number;
}

export interface Simulator {
  readonly url: string;
  counts(): Promise<Counts>;
  stop(): Promise<void>;
}

/** Starts a simulated Oura whose clock shows `now` (epoch ms). */
export const startSimulator = async (now: number): Promise<Simulator> => {
  const child = startModule(new URL(import.meta.url), { now });
  const next = async <Message>(): Promise<Message> => (await once(child, 'message'))[0] as Message;
  const { url } = await next<{ url: string }>();
  return {
    url,
    counts: () => {
      const answer = next<Counts>();
      child.send('counts');
      return answer;
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
};

const serve = async (): Promise<void> => {
  const { now } = argumentOf<{ now: number }>();
  const ring = await startRingSimulator({ ...OURA, clock: clockFrom(now) });
  const seen: Call[] = [];
  const gather = () => {
    const last = seen.at(-1);
    seen.push(...ring.calls.slice(last === undefined ? 0 : ring.calls.lastIndexOf(last) + 1));
  };
  setInterval(gather, GATHER_MS);
  process.on('message', () => {
    gather();
    const refused = seen.filter(({ status }) => status === 429).length;
    process.send?.({ requests: seen.length, refused } satisfies Counts);
  });
  process.send?.({ url: ring.url });
};

if (process.argv[1] === import.meta.filename && process.send) await serve();
