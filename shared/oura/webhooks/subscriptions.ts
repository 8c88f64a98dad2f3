import axios, { AxiosError, type AxiosResponse, type Method } from 'axios';
import axiosRetry from 'axios-retry';
import { array, type InferType, object, string } from 'yup';
import { apiBaseUrl, ONE_HOP, proxyFor, USER_AGENT } from '../api/http.ts';
import { describeBody, isWebPage, jsonOf } from '../api/interpret-response.ts';
import { LONGEST_WAIT_IN_PLACE_MS, SUBSCRIBING } from '../pace/limits.ts';
import { waitAfter } from '../pace/waits.ts';
import { SubscriptionFailed } from './errors.ts';

/** The application that the subscriptions belong to. Oura asks for no user token. */
export interface Application {
  readonly client_id: string;
  readonly client_secret: string;
}

/** An event of a collection. An application has at most one subscription to it, whatever its address. */
export interface Pair {
  readonly event_type: string;
  readonly data_type: string;
}

/** Where Oura sends events, and the token that it shows there when it makes a handshake. */
export interface Callback {
  readonly url: string;
  readonly verificationToken: string;
}

const subscriptionSchema = object({
  id: string()
    .required()
    .matches(/^[\w-]+$/),
  callback_url: string().required(),
  event_type: string().required(),
  data_type: string().required(),
  expiration_time: string()
    .required()
    .test('instant', 'must be a date and time', (text) => !Number.isNaN(Date.parse(text))),
});

/** A subscription as Oura returns it. */
export type Subscription = Readonly<InferType<typeof subscriptionSchema>>;

/** When (epoch ms) Oura ends a subscription. Oura has been seen to leave out the offset: the time is then in UTC. */
export const expiresAt = ({ expiration_time }: Pick<Subscription, 'expiration_time'>): number =>
  Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(expiration_time) ? expiration_time : `${expiration_time}Z`);

/** Oura's webhook subscriptions of one application. Every call throws {@link SubscriptionFailed}. */
export interface Subscriptions {
  list(): Promise<readonly Subscription[]>;
  /** Oura makes its handshake with the address before it answers, so the receiver must be up. */
  create(pair: Pair, callback: Callback): Promise<Subscription>;
  /** Changes the address of a subscription. */
  update(subscription: Pair & { readonly id: string }, callback: Callback): Promise<Subscription>;
  /** Postpones the expiry. */
  renew(id: string): Promise<Subscription>;
  remove(id: string): Promise<void>;
}

export interface SubscriptionsOptions {
  /** e.g. `https://api.ouraring.com`, with or without a trailing slash. */
  readonly baseUrl: string;
  readonly application: Application;
  /** Milliseconds left for the caller. @default no limit other than that of a request */
  readonly timeLeft?: () => number;
  /** Ends the request in progress, and fails those that follow. @default never */
  readonly signal?: AbortSignal | undefined;
}

const PATH = '/v2/webhook/subscription';

/** A list of every event of every collection is 51 subscriptions of about 250 bytes. */
const LARGEST_REPLY_BYTES = 256 * 1024;

/** Whether the same request may succeed at once. A repeated POST that had succeeded answers 409, which its caller handles. */
const isPassing = (error: unknown): boolean => {
  if (!(error instanceof AxiosError) || error.code === AxiosError.ERR_CANCELED) return false;
  const { response } = error;
  if (response === undefined) return true;
  const { status, headers } = response;
  return (
    (status === 429 || status >= 500) && waitAfter(status, headers, Date.now()) <= LONGEST_WAIT_IN_PLACE_MS
  );
};

const delayBefore = (retry: number, { response }: AxiosError): number =>
  Math.max(
    SUBSCRIBING.retryBaseMs * 2 ** (retry - 1),
    response ? waitAfter(response.status, response.headers, Date.now()) : 0,
  );

/** Interprets a failure. axios's error is not kept, because it holds the client secret. */
const failureOf = (error: unknown, hasId: boolean): SubscriptionFailed => {
  const unavailable = (reason: string, status?: number) =>
    new SubscriptionFailed('unavailable', `Oura's webhook subscriptions are unavailable: ${reason}`, status);
  const response = error instanceof AxiosError ? error.response : undefined;
  if (response === undefined) {
    const code = error instanceof AxiosError ? error.code : undefined;
    return unavailable(code === AxiosError.ERR_CANCELED ? 'no answer in time' : (code ?? 'network error'));
  }
  const { status, headers } = response;
  if (isWebPage(headers)) return unavailable(`a web page instead of an answer (${status})`, status);
  if (status === 429) return unavailable('the rate limit is reached (429)', status);
  if (status < 400 || status >= 500 || status === 408) return unavailable(`it answers ${status}`, status);
  if (status === 409) {
    return new SubscriptionFailed('exists', 'The application has this subscription already (409)', status);
  }
  // 403 of an ID: "Webhook with specified id does not exist" (docs/oura-api.md §6).
  if (hasId && (status === 403 || status === 404)) {
    return new SubscriptionFailed('gone', `The subscription does not exist (${status})`, status);
  }
  if (status === 401 || status === 403) {
    return new SubscriptionFailed(
      'credentials',
      `Oura does not accept the client ID and secret of the application (${status}): run npm run connect with the present ones`,
      status,
    );
  }
  const detail = describeBody(jsonOf(response.data));
  return new SubscriptionFailed(
    'refused',
    `Oura refuses the subscription (${status}${detail === undefined ? '' : `: ${detail}`}). It calls the address before it answers: check that it can be reached from the internet`,
    status,
  );
};

/** Creates a client of `/v2/webhook/subscription`. Throws EnvironmentInvalid if the base URL is invalid. */
export const createSubscriptions = ({
  baseUrl,
  application,
  timeLeft = () => SUBSCRIBING.longestMs,
  signal,
}: SubscriptionsOptions): Subscriptions => {
  const { maxRedirects } = ONE_HOP;
  const baseURL = `${apiBaseUrl(baseUrl)}${PATH}`;
  const http = axios.create({
    baseURL,
    headers: {
      Accept: 'application/json',
      'User-Agent': USER_AGENT,
      'x-client-id': application.client_id,
      'x-client-secret': application.client_secret,
    },
    maxRedirects,
    ...proxyFor(baseURL),
    responseType: 'text',
    transformResponse: (text: unknown) => text,
    maxContentLength: LARGEST_REPLY_BYTES,
  });
  axiosRetry(http, {
    retries: SUBSCRIBING.retries,
    retryCondition: isPassing,
    retryDelay: delayBefore,
  });

  const request = async (method: Method, path: string, data?: unknown): Promise<AxiosResponse<string>> => {
    const longest = Math.min(SUBSCRIBING.longestMs, timeLeft());
    try {
      return await http.request<string>({
        method,
        url: path,
        ...(data !== undefined && { data }),
        // For all attempts together, from connecting to the last byte.
        signal: AbortSignal.any([
          AbortSignal.timeout(Math.max(0, Math.floor(longest))),
          ...(signal ? [signal] : []),
        ]),
      });
    } catch (error: unknown) {
      throw failureOf(error, path !== '');
    }
  };
  const read = <T>(
    schema: { validateSync(value: unknown): T },
    { data, status }: AxiosResponse<string>,
  ): T => {
    try {
      return schema.validateSync(jsonOf(data));
    } catch {
      // yup's message repeats the value.
      throw new SubscriptionFailed(
        'unavailable',
        `Oura's webhook subscriptions are unavailable: the answer is not a subscription (${status})`,
        status,
      );
    }
  };
  const bodyOf = ({ event_type, data_type }: Pair, { url, verificationToken }: Callback) => ({
    callback_url: url,
    verification_token: verificationToken,
    event_type,
    data_type,
  });

  return {
    list: async () => read(array(subscriptionSchema.required()).required(), await request('GET', '')),
    create: async (pair, callback) =>
      read(subscriptionSchema.required(), await request('POST', '', bodyOf(pair, callback))),
    update: async ({ id, ...pair }, callback) =>
      read(subscriptionSchema.required(), await request('PUT', `/${id}`, bodyOf(pair, callback))),
    renew: async (id) => read(subscriptionSchema.required(), await request('PUT', `/renew/${id}`)),
    remove: async (id) => {
      await request('DELETE', `/${id}`);
    },
  };
};
