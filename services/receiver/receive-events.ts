import type { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { PendingEvents } from '../../shared/aws/store/pending-events.ts';
import { startSync } from '../../shared/aws/store/start-sync.ts';
import type { Clock } from '../../shared/core/clock.ts';
import type { Log } from '../../shared/core/log.ts';
import type { MetricSink } from '../../shared/core/metric-sink.ts';
import {
  eventKey,
  isWatched,
  type WatchedEvent,
  webhookEventSchema,
} from '../../shared/core/webhook-events.ts';
import {
  isRecent,
  isSignedWith,
  SIGNATURE_HEADER,
  TIMESTAMP_HEADER,
} from '../../shared/oura/webhooks/signature.ts';
import { reply } from './reply.ts';
import type { Secret } from './secret.ts';

/** An event has about 200 bytes, so this has room for an array of 300. */
const MOST_BODY_BYTES = 64 * 1024;

export interface ReceiverParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricSink;
  readonly secret: Secret;
  readonly pending: Pick<PendingEvents, 'recall' | 'add' | 'close'>;
  readonly sfn: SFNClient;
  readonly stateMachineArn: string;
}

type Request = Pick<APIGatewayProxyEventV2, 'headers' | 'body' | 'isBase64Encoded'>;

const isAuthentic = async (
  { headers }: Request,
  body: Uint8Array,
  { clock, log, secret }: ReceiverParts,
): Promise<boolean> => {
  const { [SIGNATURE_HEADER]: signature = '', [TIMESTAMP_HEADER]: timestamp = '' } = headers;
  const isSigned = await secret.satisfies(({ client_secret }) =>
    isSignedWith(client_secret, { signature, timestamp, body }),
  );
  if (!isSigned) return false;
  if (isRecent(timestamp, clock.now())) return true;
  log.warn('A signed request is more than five minutes from the clock of this machine');
  return false;
};

/** The elements of the body: an event, or an array of events. */
const elementsOf = (body: Buffer): readonly unknown[] => {
  try {
    const value: unknown = JSON.parse(body.toString());
    return Array.isArray(value) ? value : [value];
  } catch {
    return [undefined];
  }
};

/** Returns the watched events by their keys. Counts and logs the others, without their values. */
const watchedEvents = (
  elements: readonly unknown[],
  { log, metrics }: ReceiverParts,
): Map<string, WatchedEvent> => {
  const events = elements.filter((each) => webhookEventSchema.isValidSync(each, { strict: true }));
  const watched = events.filter(isWatched);
  const malformed = elements.length - events.length;
  const unwatched = events.length - watched.length;
  metrics.count('webhookEventsIgnored', malformed + unwatched);
  if (malformed > 0) log.warn('Ignored malformed events', { malformed });
  if (unwatched > 0) log.info('Ignored events of other types', { unwatched });
  return new Map(watched.map((event) => [eventKey(event), event]));
};

/**
 * Receives the events of a request. Every event that matters is durable before the response, and a sync is started for it. If
 * that fails, the next event or the next daily run picks it up.
 */
export const receiveEvents = async (
  request: Request,
  parts: ReceiverParts,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { log, metrics, pending } = parts;
  const body = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
  if (body.byteLength > MOST_BODY_BYTES) return reply(413);
  if (!(await isAuthentic(request, body, parts))) {
    metrics.count('webhookSignaturesRejected', 1);
    return reply(401);
  }
  const events = watchedEvents(elementsOf(body), parts);
  if (events.size === 0) return reply(200);

  const { userId, resolved } = await pending.recall([...events.keys()]);
  const fresh = [...events].flatMap(([key, { user_id }]) =>
    resolved.has(key) || (userId !== undefined && user_id !== userId) ? [] : [key],
  );
  metrics.count('webhookEventsIgnored', events.size - fresh.length);
  if (fresh.length === 0) return reply(200);

  const gathering = await pending.add(fresh);
  metrics.count('webhookEvents', fresh.length);
  log.info('Received events', { events: fresh.length, gathering_since: gathering.since });
  try {
    await startSync(gathering, fresh, parts);
  } catch (error: unknown) {
    metrics.count('webhookStartsFailed', 1);
    log.error('Could not start a sync', { gathering_since: gathering.since }, error);
  }
  return reply(200);
};
