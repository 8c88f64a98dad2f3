import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type InferType, object, string, ValidationError } from 'yup';
import { MS_PER_DAY } from '../../../shared/core/day.ts';
import { problem, type Reply } from '../api/reply.ts';
import type { Application } from '../oauth/applications.ts';
import { answersChallenge } from './handshake.ts';

const EVENT_TYPES = ['create', 'update', 'delete'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** The data types of `ExtApiV2DataType` in the OpenAPI document. */
const DATA_TYPES = [
  'tag',
  'enhanced_tag',
  'workout',
  'session',
  'sleep',
  'daily_sleep',
  'daily_readiness',
  'daily_activity',
  'daily_spo2',
  'sleep_time',
  'rest_mode_period',
  'ring_configuration',
  'daily_stress',
  'daily_cardiovascular_age',
  'daily_resilience',
  'vo2_max',
  'meal',
] as const;

// yup's own check rejects localhost.
const url = () => string().test('url', '${path} must be a URL', (text) => text == null || URL.canParse(text));

const creation = object({
  callback_url: url().required(),
  verification_token: string().required(),
  event_type: string().oneOf(EVENT_TYPES).required(),
  data_type: string().oneOf(DATA_TYPES).required(),
}).required();

const change = object({
  callback_url: url().nullable(),
  verification_token: string().required(),
  event_type: string().oneOf(EVENT_TYPES).nullable(),
  data_type: string().oneOf(DATA_TYPES).nullable(),
}).required();

type Creation = InferType<typeof creation>;

/** A subscription as the API returns it: without the verification token. */
export interface Subscription extends Omit<Creation, 'verification_token'> {
  readonly id: string;
  /** ISO 8601 with offset. */
  readonly expiration_time: string;
}

interface Kept extends Subscription {
  readonly client_id: string;
}

/** Six subscriptions of 2026-09-22 expired on 2026-12-22. */
const LIFETIME_MS = 90 * MS_PER_DAY;

/** What a path of the webhook API does; `id` except for the list. */
export interface WebhookRoute {
  readonly id: string | undefined;
  readonly renews: boolean;
}

/** Returns the route of a path; `undefined` if the webhook API has none. */
export const webhookRouteOf = (path: string): WebhookRoute | undefined => {
  const match = /^\/v2\/webhook\/subscription(?:\/(renew\/)?([^/]+))?$/.exec(path.replace(/\/$/, ''));
  return match ? { id: match[2], renews: match[1] !== undefined } : undefined;
};

/** The response of FastAPI, on which Oura's API is built, to a body that its schema rejects. */
const unprocessable = ({ path = '', message }: ValidationError): Reply => ({
  status: 422,
  body: { detail: [{ loc: ['body', path], msg: message, type: 'value_error' }] },
});

const UNKNOWN = problem(403, 'Forbidden', 'Webhook with specified id does not exist.');
const CONFLICT = problem(409, 'Conflict', 'A subscription with this event_type and data_type exists.');
const UNVERIFIED = problem(400, 'Bad Request', 'The callback did not return the challenge.');

const offsetTime = (epochMs: number): string => new Date(epochMs).toISOString().replace('Z', '+00:00');

/** The subscriptions of all applications. */
export const createSubscriptions = (applications: readonly Application[]) => {
  let all: readonly Kept[] = [];

  const current = (now: number): readonly Kept[] =>
    all.filter(({ expiration_time }) => Date.parse(expiration_time) > now);

  const shown = ({ id, callback_url, event_type, data_type, expiration_time }: Kept): Subscription => ({
    id,
    callback_url,
    event_type,
    data_type,
    expiration_time,
  });

  /** Stores `next` in place of the subscription with its id, after the handshake with its callback. */
  const verified = async (next: Kept, token: string, status: number): Promise<Reply> => {
    const clashes = all.some(
      (each) =>
        each.client_id === next.client_id &&
        each.id !== next.id &&
        each.event_type === next.event_type &&
        each.data_type === next.data_type,
    );
    if (clashes) return CONFLICT;
    if (!(await answersChallenge(next.callback_url, token))) return UNVERIFIED;
    all = [...all.filter(({ id }) => id !== next.id), next];
    return { status, body: shown(next) };
  };

  const create = async (client_id: string, body: unknown, now: number): Promise<Reply> => {
    const { verification_token, ...asked } = creation.validateSync(body, { strict: true });
    const expiration_time = offsetTime(now + LIFETIME_MS);
    return verified({ client_id, id: randomUUID(), ...asked, expiration_time }, verification_token, 201);
  };

  /** A PUT repeats the handshake here. Whether Oura does is unknown; this is the harder case for a client. */
  const update = async (known: Kept, body: unknown): Promise<Reply> => {
    const { verification_token, ...asked } = change.validateSync(body, { strict: true });
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value != null));
    return verified({ ...known, ...given }, verification_token, 200);
  };

  const clientOf = ({ headers }: IncomingMessage): string | undefined =>
    applications.find(
      ({ client_id, client_secret }) =>
        client_id === headers['x-client-id'] && client_secret === headers['x-client-secret'],
    )?.client_id;

  const route = async (
    request: IncomingMessage,
    { id, renews }: WebhookRoute,
    now: number,
  ): Promise<Reply> => {
    const client = clientOf(request);
    if (client === undefined)
      return problem(401, 'Unauthorized', 'x-client-id or x-client-secret is missing or wrong.');
    all = current(now);
    const own = all.filter(({ client_id }) => client_id === client);
    const action = `${request.method}${id === undefined ? '' : renews ? ' renew' : ' id'}`;
    if (action === 'GET') return { status: 200, body: own.map(shown) };
    if (action === 'POST') return create(client, JSON.parse(await text(request)), now);
    const known = own.find((each) => each.id === id);
    if (!['GET id', 'PUT id', 'DELETE id', 'PUT renew'].includes(action))
      return problem(405, 'Method Not Allowed', `${request.method} is not possible here.`);
    if (known === undefined) return UNKNOWN;
    if (action === 'GET id') return { status: 200, body: shown(known) };
    if (action === 'PUT id') return update(known, JSON.parse(await text(request)));
    all = all.filter((each) => each !== known);
    if (action === 'DELETE id') return { status: 204, body: '' };
    const renewed = { ...known, expiration_time: offsetTime(now + LIFETIME_MS) };
    all = [...all, renewed];
    return { status: 200, body: shown(renewed) };
  };

  return {
    answer: async (request: IncomingMessage, to: WebhookRoute, now: number): Promise<Reply> => {
      try {
        return await route(request, to, now);
      } catch (error: unknown) {
        if (error instanceof ValidationError) return unprocessable(error);
        if (error instanceof SyntaxError) return problem(400, 'Bad Request', 'The body is not JSON.');
        throw error;
      }
    },
    /** The subscriptions that have not expired, each with the secret that signs its events. */
    signed: (now: number) =>
      current(now).map((each) => ({
        subscription: shown(each),
        secret: applications.find(({ client_id }) => client_id === each.client_id)?.client_secret ?? '',
      })),
    current: (now: number): readonly Subscription[] => current(now).map(shown),
    cancel: (cancelled: string): void => {
      all = all.filter(({ id }) => id !== cancelled);
    },
  };
};
