import axios from 'axios';
import axiosRetry from 'axios-retry';
import packageJson from '../../../package.json' with { type: 'json' };
import { type Endpoint, pathOf } from '../../core/collections.ts';
import { EnvironmentInvalid } from '../../core/env.ts';
import { ENV } from '../../core/names.ts';
import type { OuraFailure } from '../errors.ts';
import { RETRIES, RETRY_BASE_MS } from '../pace/limits.ts';
import { delayBefore, isRepeated } from '../pace/retry-policy.ts';
import { AttemptFailed, attemptAdapter, type ObservedCall, repeatsOf } from './attempt.ts';

/** Whether Oura insists on a User-Agent is not known; its quick start sends one (docs/oura-api.md §1). */
export const USER_AGENT = `${packageJson.name}/${packageJson.version}`;

/**
 * What one reply may hold. Two years of a collection with `fields` are about 1 MB; 90 days of periods with all their series,
 * should `fields` be ignored, 6 MB: those are asked for again in shorter windows. Four such replies, their text and what is
 * parsed from it must fit into a worker's memory at once.
 */
const LARGEST_REPLY_BYTES = 4 * 1024 * 1024;

export interface HttpOptions {
  /** e.g. `https://api.ouraring.com`; a trailing slash does no harm. */
  readonly baseUrl: string;
  /** The bearer token, asked for once per request. What it throws reaches the caller as it is. */
  readonly accessToken: () => Promise<string>;
  /** Milliseconds left for this invocation. No attempt and no wait reaches beyond it. */
  readonly timeLeft: () => number;
  readonly observe?: (call: ObservedCall) => void;
  /** Called before every attempt: waits until it may begin, or throws. @default every attempt may */
  readonly admit?: () => Promise<void>;
  readonly retries?: number;
  readonly retryBaseMs?: number;
}

/**
 * Asks `endpoint` with `params` and returns what `read` makes of the JSON body; `read` answers undefined for a body that
 * is not as promised. Throws an {@link OuraFailure}, or what `admit` or `accessToken` threw.
 * @param isFinal whether a failure is not retried, although another attempt might succeed
 */
export type Get = <T>(
  endpoint: Endpoint,
  params: Readonly<Record<string, string>>,
  read: (body: unknown) => T | undefined,
  isFinal?: (failure: OuraFailure) => boolean,
) => Promise<T>;

const requireHttpUrl = (text: string): string => {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new EnvironmentInvalid(`The environment variable ${ENV.ouraApiBaseUrl} must be an http(s) URL`);
  }
  return text.replace(/\/+$/, '');
};

/** A {@link Get} over axios and axios-retry. Throws {@link EnvironmentInvalid} where the base URL is none. */
export const createGet = (options: HttpOptions): Get => {
  const { timeLeft, observe = () => {}, admit = async () => {}, retryBaseMs = RETRY_BASE_MS } = options;
  const http = axios.create({
    baseURL: requireHttpUrl(options.baseUrl),
    headers: { Accept: 'application/json', 'User-Agent': USER_AGENT },
    // The token goes to the host of the base URL and nowhere else: no redirect is followed, and no proxy that happens to
    // stand in the environment is used (Lambda has none, and for a loopback server it would be wrong).
    maxRedirects: 0,
    proxy: false,
    maxContentLength: LARGEST_REPLY_BYTES,
    responseType: 'text',
    transformResponse: (body) => body,
    validateStatus: () => true,
  });

  axiosRetry(http, {
    retries: options.retries ?? RETRIES,
    // Every attempt is bounded afresh (attempt.ts), so nothing is left of an earlier one to carry over.
    shouldResetTimeout: true,
    retryDelay: (retry, error: unknown) =>
      error instanceof AttemptFailed ? delayBefore(retry, error.failure, retryBaseMs, Math.random()) : 0,
  });

  return async (endpoint, params, read, isFinal = () => false) => {
    const token = await options.accessToken();
    try {
      const response = await http.get(pathOf(endpoint), {
        params,
        headers: { Authorization: `Bearer ${token}` },
        adapter: attemptAdapter(endpoint, read, { timeLeft, observe, admit }),
        'axios-retry': {
          retryCondition: (error: unknown) =>
            error instanceof AttemptFailed &&
            !isFinal(error.failure) &&
            isRepeated(repeatsOf(error.config) + 1, error.failure, retryBaseMs, timeLeft()),
        },
      });
      return response.data;
    } catch (error) {
      throw error instanceof AttemptFailed ? error.failure : error;
    }
  };
};
