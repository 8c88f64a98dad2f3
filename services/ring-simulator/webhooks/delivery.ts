import { createHmac } from 'node:crypto';
import type { Clock } from '../../../shared/core/clock.ts';
import { ANSWER_MS } from './handshake.ts';
import type { EventType } from './subscriptions.ts';

/** An event as Oura sends it. */
export interface WebhookEvent {
  readonly event_type: EventType;
  readonly data_type: string;
  readonly object_id: string;
  /** ISO 8601 with offset. */
  readonly event_time: string;
  readonly user_id: string;
}

/** One attempt to deliver events, without headers and so without signatures. */
export interface Delivery {
  readonly events: readonly WebhookEvent[];
  /** 1 for the first. */
  readonly attempt: number;
  /** Null without a response within 10 seconds. */
  readonly status: number | null;
  /** When the attempt began, epoch milliseconds on the simulator's clock. */
  readonly at: number;
}

/** Ten retries in about an hour: 3.5 s, doubled each time, makes 3,580 s. */
export const RETRY_DELAYS_MS: readonly number[] = Array.from(
  { length: 10 },
  (_, retry) => 3_500 * 2 ** retry,
);

/** What to deliver, and where. */
interface Parcel {
  readonly events: readonly WebhookEvent[];
  readonly asArray: boolean;
  readonly callbackUrl: string;
  readonly secret: string;
  /** Called if the callback answers 410. */
  readonly cancel: () => void;
}

/**
 * Returns the headers of a delivery: the signature is the upper-case HMAC-SHA256 of the timestamp, in milliseconds, and the
 * body.
 */
export const signedHeaders = (body: string, secret: string, now: number): Record<string, string> => {
  const timestamp = String(Math.trunc(now));
  return {
    'content-type': 'application/json',
    'x-oura-timestamp': timestamp,
    'x-oura-signature': createHmac('sha256', secret)
      .update(timestamp + body)
      .digest('hex')
      .toUpperCase(),
  };
};

export const createDeliveries = (options: {
  readonly clock: Clock;
  /** The wait before each retry. @default ten retries within an hour */
  readonly retryDelaysMs?: readonly number[] | undefined;
}) => {
  const { clock, retryDelaysMs = RETRY_DELAYS_MS } = options;
  const made: Delivery[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const stopped = new AbortController();
  let open = 0;
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  const begin = (): void => {
    if (open === 0) idle = Promise.withResolvers<void>();
    open += 1;
  };
  const end = (): void => {
    open -= 1;
    if (open === 0) idle.resolve();
  };

  const later = (delayMs: number, work: () => Promise<void>): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void work();
    }, delayMs);
    timers.add(timer);
  };

  const post = async ({ callbackUrl, secret, events, asArray }: Parcel): Promise<number | null> => {
    const body = JSON.stringify(asArray ? events : events[0]);
    try {
      const response = await fetch(callbackUrl, {
        method: 'POST',
        // Signed again for each attempt: with the first timestamp, a receiver would reject every late retry as a replay.
        headers: signedHeaders(body, secret, clock.now()),
        body,
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null;
    }
  };

  const attempt = async (parcel: Parcel, number: number): Promise<void> => {
    const at = clock.now();
    const status = await post(parcel);
    if (stopped.signal.aborted) return;
    made.push({ events: parcel.events, attempt: number, status, at });
    const delay = retryDelaysMs[number - 1];
    if (status === 410) parcel.cancel();
    const isSettled = status === 410 || (status !== null && status >= 200 && status < 300);
    if (isSettled || delay === undefined) end();
    else later(delay, () => attempt(parcel, number + 1));
  };

  return {
    /** Every finished attempt, in the order of the responses. */
    made: made as readonly Delivery[],
    deliver: (parcel: Parcel, delayMs = 0): void => {
      begin();
      later(delayMs, () => attempt(parcel, 1));
    },
    /** Resolves when every event is acknowledged, or given up after its last retry. */
    settled: (): Promise<void> => idle.promise,
    stop: (): void => {
      stopped.abort();
      for (const timer of timers) clearTimeout(timer);
      idle.resolve();
    },
  };
};
