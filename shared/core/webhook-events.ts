// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import { type InferType, object, string } from 'yup';
import { canonicalJson } from './canonical-json.ts';
import { NIGHT_COLLECTIONS } from './collections.ts';
import type { RunInput } from './messages.ts';

/** What happened to a document. */
const WEBHOOK_EVENT_TYPES = ['create', 'update', 'delete'] as const;
type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** The data types to subscribe to: each document that a night is computed from. */
const WATCHED_DATA_TYPES = NIGHT_COLLECTIONS;
export type WatchedDataType = (typeof WATCHED_DATA_TYPES)[number];

/** The pairs to subscribe to, one subscription each. */
export const WATCHED_EVENTS = WATCHED_DATA_TYPES.flatMap((data_type) =>
  WEBHOOK_EVENT_TYPES.map((event_type) => ({ data_type, event_type })),
);

/**
 * How long a run waits for the other events of a burst. One sync of the app leads to an event for each document. A night is
 * stored within a minute of its event: 20 s here, and a few seconds each for the plan, the queue and the requests to Oura.
 */
export const WEBHOOK_GATHERING_SECONDS = 20;

/** Oura ends a subscription about 90 days after it was made or renewed (docs/oura-api.md §6). */
export const RENEW_BELOW_DAYS = 30;

/** With fewer days left, renewals have failed for two weeks, so the user must act. */
export const EXPIRY_WARNING_DAYS = 14;

/** 64 characters are enough for the ids that Oura sends. The limit bounds the size of the pending events. */
const field = () => string().strict().min(1).max(256).required();

/** An event of any type, as Oura sends it. It names a document, and has no data. */
export const webhookEventSchema = object({
  event_type: field(),
  data_type: field(),
  // A path that ends in dots would name another resource of the API, and half a surrogate pair has no place in a URL.
  object_id: field()
    .matches(/[^.]/)
    .matches(/^\P{Surrogate}*$/u),
  /** ISO 8601. */
  event_time: field(),
  user_id: field(),
}).required();
export type WebhookEvent = InferType<typeof webhookEventSchema>;

/** An event of a subscribed pair. */
export interface WatchedEvent extends WebhookEvent {
  readonly event_type: WebhookEventType;
  readonly data_type: WatchedDataType;
}

/** Returns whether the event is of a subscribed pair. */
export const isWatched = (event: WebhookEvent): event is WatchedEvent =>
  WATCHED_EVENTS.some(
    ({ data_type, event_type }) => event.data_type === data_type && event.event_type === event_type,
  );

/** Identifies an event: the JSON of its five fields. A repeated delivery gives the same text. */
export const eventKey = ({ event_type, data_type, object_id, event_time, user_id }: WebhookEvent): string =>
  canonicalJson({ event_type, data_type, object_id, event_time, user_id });

/** Reads an {@link eventKey} of a watched event that we wrote. */
export const parseEventKey = (key: string): WatchedEvent => JSON.parse(key) as WatchedEvent;

/**
 * The name and the input of the execution for a gathering that began at `since` (ISO 8601): equal for each of its events, so
 * that only the first one starts an execution.
 */
export const webhookRun = (since: string): { name: string; input: string } => ({
  name: `webhook-${since.replaceAll(/\D/g, '')}`,
  input: JSON.stringify({ trigger: 'webhook' } satisfies RunInput),
});
