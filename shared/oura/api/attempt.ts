import axios, { type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import type { Endpoint } from '../../core/collections.ts';
import { AppError, type Consequences } from '../../core/errors.ts';
import { type OuraFailure, OuraUnavailable } from '../errors.ts';
import { attemptTimeout } from '../pace/limits.ts';
import { failureOf, jsonOf } from './interpret-response.ts';

/** One attempt that was made: what metrics are made from. */
export interface ObservedCall {
  readonly collection: Endpoint;
  /** HTTP status; `network` where no whole answer came. */
  readonly status: number | 'network';
  readonly ms: number;
  /** 1 for the first attempt of a request. */
  readonly attempt: number;
}

/** What an attempt needs of its dependencies. */
export interface AttemptOptions {
  /** Milliseconds left for this invocation. No attempt and no wait reaches beyond it. */
  readonly timeLeft: () => number;
  readonly observe: (call: ObservedCall) => void;
  /** Lets an attempt begin, or throws why it may not. */
  readonly admit: () => Promise<void>;
}

/** What axios-retry sees: a failure and the request that can be sent again. It stays in here and http.ts: `config` holds the token. */
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

/** How often the request of `config` has been repeated before. */
export const repeatsOf = (config: InternalAxiosRequestConfig): number =>
  config['axios-retry']?.retryCount ?? 0;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** What broke the connection off. axios's own error is not kept: it carries the request, and with it the token. */
const unavailable = (collection: Endpoint, error: unknown, timedOut: boolean): OuraUnavailable => {
  const code = codeOf(error);
  const cause = new Error(error instanceof Error ? error.message : 'not an Error');
  if (timedOut) return new OuraUnavailable({ collection, what: 'timeout', cause });
  // ERR_BAD_RESPONSE: the body grew too large, or the connection ended inside it. Only axios's message tells which.
  if (code === 'ERR_BAD_RESPONSE' && cause.message.startsWith('maxContentLength')) {
    return new OuraUnavailable({ collection, what: 'too large', cause });
  }
  if (code === 'ERR_BAD_RESPONSE') return new OuraUnavailable({ collection, what: 'malformed body', cause });
  return new OuraUnavailable({ collection, what: 'network error', code, cause });
};

/**
 * An adapter that makes one attempt over axios's own: bounded in time from connecting to the last byte, observed, its answer
 * read strictly. Its response's `data` is what `read` made of the JSON body; everything else is an {@link AttemptFailed}.
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
      // A signal and not axios's `timeout`, which measures silence: a server that drips a byte a second never runs into it.
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
