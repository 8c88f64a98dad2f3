import type { Readable } from 'node:stream';
import axios, { type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import type { Endpoint } from '../../core/collections.ts';
import { AppError, type Consequences } from '../../core/errors.ts';
import { type OuraFailure, OuraUnavailable } from '../errors.ts';
import { attemptTimeout } from '../pace/limits.ts';
import { failureOf, jsonOf } from './interpret-response.ts';
import { readBody, readExplanation } from './read-body.ts';

/**
 * The largest response. Two years of a collection with `fields` are about 1 MB. 90 days of periods with all their series,
 * if `fields` is ignored, are 6 MB: they are requested again in shorter windows. Four such responses, their text and the
 * parsed result must fit into a worker's memory at once.
 */
const LARGEST_REPLY_BYTES = 4 * 1024 * 1024;

/** One attempt, as the metrics count it. */
export interface ObservedCall {
  readonly collection: Endpoint;
  /** HTTP status; `network` if none came, or a 200 whose body did not arrive. */
  readonly status: number | 'network';
  readonly ms: number;
  /** 1 for the first attempt of a request. */
  readonly attempt: number;
}

/** What an attempt needs. */
export interface AttemptOptions {
  /** Milliseconds left for this invocation. No attempt and no wait exceeds it. */
  readonly timeLeft: () => number;
  readonly observe: (call: ObservedCall) => void;
  /** Waits until an attempt may start, or throws. */
  readonly admit: () => Promise<void>;
}

/** What axios-retry sees: a failure and its request. It must not leave this file and http.ts: `config` holds the token. */
export class AttemptFailed extends AppError {
  override readonly name = 'AttemptFailed';
  override readonly consequences: Consequences;
  readonly config: InternalAxiosRequestConfig;
  readonly failure: OuraFailure;

  constructor(config: InternalAxiosRequestConfig, failure: OuraFailure) {
    super(failure.message);
    this.consequences = failure.consequences;
    this.config = config;
    this.failure = failure;
  }
}

/** Returns how often the request of `config` has been retried. */
export const repeatsOf = (config: InternalAxiosRequestConfig): number =>
  config['axios-retry']?.retryCount ?? 0;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Classifies a connection that broke. axios's own error is not kept, because it carries the request with the token. */
const unavailable = (
  collection: Endpoint,
  error: unknown,
  { timedOut, inBody }: { timedOut: boolean; inBody: boolean },
): OuraUnavailable => {
  const code = codeOf(error);
  const cause = new Error(error instanceof Error ? error.message : 'not an Error');
  if (timedOut) return new OuraUnavailable({ collection, what: 'timeout', cause });
  if (inBody) return new OuraUnavailable({ collection, what: 'malformed body', cause });
  return new OuraUnavailable({ collection, what: 'network error', code, cause });
};

/** Parses what a failed response says. Undefined if it repeats the token of the request. */
const explanationOf = (text: string | undefined, { headers }: InternalAxiosRequestConfig): unknown => {
  const token = String(headers.get('Authorization')).replace(/^Bearer /, '');
  return text?.includes(token) ? undefined : jsonOf(text);
};

/**
 * Returns an adapter that makes one attempt with axios's own: observed, and limited in time from connecting to the last byte.
 * Status and headers decide; only the body of a 200 is required, and parsed strictly. `data` of the response is the result
 * of `read`. Every failure is an {@link AttemptFailed}.
 */
export const attemptAdapter = (
  collection: Endpoint,
  read: (body: unknown) => unknown,
  { timeLeft, observe, admit }: AttemptOptions,
): AxiosAdapter => {
  const send = axios.getAdapter('http');
  return async (config) => {
    await admit();
    const timeout = attemptTimeout(timeLeft());
    if (timeout === undefined) {
      throw new AttemptFailed(config, new OuraUnavailable({ collection, what: 'no time left' }));
    }
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeout);
    const begun = performance.now();
    const observed = (status: number | 'network') =>
      observe({
        collection,
        status,
        ms: Math.round(performance.now() - begun),
        attempt: repeatsOf(config) + 1,
      });
    let body: Readable | undefined;
    try {
      // A signal and not axios's `timeout`, which measures silence: a server that sends a byte per second would never time out.
      const response = await send({ ...config, signal: deadline.signal });
      const received: Readable = response.data;
      body = received;
      const explanation = async () => explanationOf(await readExplanation(received, deadline.signal), config);
      const failure = await failureOf(collection, response, explanation, Date.now());
      const text = failure ? undefined : await readBody(received, LARGEST_REPLY_BYTES, deadline.signal);
      observed(response.status);
      if (failure) throw new AttemptFailed(config, failure);
      if (text === undefined) {
        throw new AttemptFailed(config, new OuraUnavailable({ collection, what: 'too large' }));
      }
      const data = read(jsonOf(text));
      if (data === undefined) {
        const malformed = new OuraUnavailable({ collection, what: 'malformed body', status: 200 });
        throw new AttemptFailed(config, malformed);
      }
      return { ...response, data };
    } catch (error) {
      if (error instanceof AttemptFailed) throw error;
      observed('network');
      const broken = { timedOut: deadline.signal.aborted, inBody: body !== undefined };
      throw new AttemptFailed(config, unavailable(collection, error, broken));
    } finally {
      clearTimeout(timer);
      body?.destroy();
    }
  };
};
