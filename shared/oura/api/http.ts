import axios, { type CreateAxiosDefaults } from 'axios';
import axiosRetry from 'axios-retry';
import packageJson from '../../../package.json' with { type: 'json' };
import { type Endpoint, pathOf } from '../../core/collections.ts';
import { EnvironmentInvalid } from '../../core/env.ts';
import { keepsSecrets, SECRET_URL } from '../../core/loopback.ts';
import { ENV } from '../../core/names.ts';
import type { OuraFailure } from '../errors.ts';
import { RETRIES, RETRY_BASE_MS } from '../pace/limits.ts';
import { delayBefore, isRepeated } from '../pace/retry-policy.ts';
import { AttemptFailed, attemptAdapter, type ObservedCall, repeatsOf } from './attempt.ts';

/** It is unknown whether Oura requires a User-Agent. Its quick start sends one (docs/oura-api.md §1). */
export const USER_AGENT = `${packageJson.name}/${packageJson.version}`;

/**
 * A secret is sent only to the host of its URL: no redirect is followed. Every status is a response, and its body is read
 * afterwards, within limits.
 */
export const ONE_HOP = {
  maxRedirects: 0,
  responseType: 'stream',
  validateStatus: () => true,
} as const satisfies CreateAxiosDefaults;

/**
 * How a request to `url` uses a proxy of the environment (docs/connect.md; Lambda has none): https through a tunnel, in which
 * the proxy cannot read, and http, which stays on this machine, never.
 */
export const proxyFor = (url: string): Pick<CreateAxiosDefaults, 'proxy'> =>
  url.startsWith('https:') ? {} : { proxy: false };

export interface HttpOptions {
  /** e.g. `https://api.ouraring.com`, with or without a trailing slash. */
  readonly baseUrl: string;
  /** Returns the bearer token. Called once per request. Its errors reach the caller unchanged. */
  readonly accessToken: () => Promise<string>;
  /** Milliseconds left for this invocation. No attempt and no wait exceeds it. */
  readonly timeLeft: () => number;
  readonly observe?: (call: ObservedCall) => void;
  /** Called before every attempt: waits until it may begin, or throws. @default every attempt may */
  readonly admit?: () => Promise<void>;
  readonly retries?: number;
  readonly retryBaseMs?: number;
  /** Returns the path of an endpoint below the base URL. @default {@link pathOf} */
  readonly path?: (endpoint: Endpoint, documentId?: string) => string;
}

interface GetOptions<T> {
  /** The query. @default empty */
  readonly params?: Readonly<Record<string, string>>;
  /** One document of the endpoint. @default the list */
  readonly documentId?: string;
  /** Returns undefined for a JSON body that is invalid. */
  readonly read: (body: unknown) => T | undefined;
  /** Whether a failure is not retried, although another attempt might succeed. @default false */
  readonly isFinal?: (failure: OuraFailure) => boolean;
}

/**
 * Requests `endpoint` and returns the result of `read`. Throws an {@link OuraFailure}, or an error of `admit` or `accessToken`.
 */
export type Get = <T>(endpoint: Endpoint, options: GetOptions<T>) => Promise<T>;

/** Returns the base URL `text` without a trailing slash. Throws {@link EnvironmentInvalid} if a secret must not be sent to it. */
export const apiBaseUrl = (text: string): string => {
  if (!URL.canParse(text) || !keepsSecrets(new URL(text))) {
    throw new EnvironmentInvalid(`The environment variable ${ENV.ouraApiBaseUrl} must be ${SECRET_URL}`);
  }
  return text.replace(/\/+$/, '');
};

/** Creates a {@link Get} with axios and axios-retry. Throws {@link EnvironmentInvalid} if the base URL is invalid. */
export const createGet = (options: HttpOptions): Get => {
  const { timeLeft, observe = () => {}, admit = async () => {}, retryBaseMs = RETRY_BASE_MS } = options;
  const { path = pathOf } = options;
  const baseURL = apiBaseUrl(options.baseUrl);
  const http = axios.create({
    baseURL,
    headers: { Accept: 'application/json', 'User-Agent': USER_AGENT },
    ...ONE_HOP,
    ...proxyFor(baseURL),
  });

  axiosRetry(http, {
    retries: options.retries ?? RETRIES,
    // Every attempt has its own limit (attempt.ts), so no remaining time is carried over.
    shouldResetTimeout: true,
    retryDelay: (retry, error: unknown) =>
      error instanceof AttemptFailed ? delayBefore(retry, error.failure, retryBaseMs, Math.random()) : 0,
  });

  return async (endpoint, { params = {}, documentId, read, isFinal = () => false }) => {
    const token = await options.accessToken();
    try {
      const response = await http.get(path(endpoint, documentId), {
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
