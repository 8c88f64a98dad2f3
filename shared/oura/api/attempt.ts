import axios, { type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import type { Endpoint } from '../../core/collections.ts';
import { AppError, type Consequences } from '../../core/errors.ts';
import { type OuraFailure, OuraUnavailable } from '../errors.ts';
import { attemptTimeout } from '../pace/limits.ts';
import { failureOf, jsonOf } from './interpret-response.ts';

/** One attempt, as the metrics count it. */
export interface ObservedCall {
  readonly collection: Endpoint;
  /** HTTP status; `network` if no complete response came. */
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

/** Classifies a broken connection. axios's own error is not kept, because it carries the request with the token. */
const unavailable = (collection: Endpoint, error: unknown, timedOut: boolean): OuraUnavailable => {
  const code = codeOf(error);
  const cause = new Error(error instanceof Error ? error.message : 'not an Error');
  if (timedOut) return new OuraUnavailable({ collection, what: 'timeout', cause });
  // ERR_BAD_RESPONSE: the body is too large, or the connection ended inside it. Only axios's message distinguishes them.
  if (code === 'ERR_BAD_RESPONSE' && cause.message.startsWith('maxContentLength')) {
    return new OuraUnavailable({ collection, what: 'too large', cause });
  }
  if (code === 'ERR_BAD_RESPONSE') return new OuraUnavailable({ collection, what: 'malformed body', cause });
  return new OuraUnavailable({ collection, what: 'network error', code, cause });
};

/**
 * Returns an adapter that makes one attempt with axios's own: observed, limited in time from connecting to the last byte, its response
 * parsed strictly. `data` of its response is the result of `read`. Every failure is an {@link AttemptFailed}.
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
    try {
      // A signal and not axios's `timeout`, which measures silence: a server that sends a byte per second would never time out.
      const response = await send({ ...config, signal: deadline.signal });
      observed(response.status);
      const body = jsonOf(response.data);
      const failure = failureOf(collection, response.status, response.headers, body, Date.now());
      if (failure) throw new AttemptFailed(config, failure);
      const data = read(body);
      if (data === undefined) {
        const malformed = new OuraUnavailable({
          collection,
          what: 'malformed body',
          status: response.status,
        });
        throw new AttemptFailed(config, malformed);
      }
      return { ...response, data };
    } catch (error) {
      if (error instanceof AttemptFailed) throw error;
      observed('network');
      throw new AttemptFailed(config, unavailable(collection, error, deadline.signal.aborted));
    } finally {
      clearTimeout(timer);
    }
  };
};
