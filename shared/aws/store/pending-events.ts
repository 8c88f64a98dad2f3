import { createHash } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { type Clock, iso } from '../../core/clock.ts';
import { parseEventKey, type WatchedEvent } from '../../core/webhook-events.ts';
import { batchGet } from './batch-get.ts';
import { updateItem } from './conditional-write.ts';
import { WEBHOOK_USER } from './webhook-user.ts';

const PENDING = { pk: 'webhook#pending' };

/** How long an event is remembered after it was resolved. Oura sends an event again for about an hour. */
const REMEMBERED_SECONDS = 86_400;

/** Concurrent writes. */
const AT_ONCE = 10;

/** Hashed, because a key of DynamoDB has at most 1,024 bytes. */
const recordKey = (key: string): { pk: string } => ({
  pk: `webhook#event#${createHash('sha256').update(key).digest('hex')}`,
});

/** A gathering: the events of a burst, which one execution of the state machine takes. */
export interface Gathering {
  /** When its first event came (ISO 8601). It names the execution. */
  readonly since: string;
}

/**
 * The events that are not resolved yet: `webhook#pending` in OuraSyncTable. It is one item, so that an event and its gathering
 * are written at once (docs/decisions/0022). Events are identified by their `eventKey`.
 */
export interface PendingEvents {
  /** What is known of received events. `userId`: undefined until it is known. */
  recall(keys: readonly string[]): Promise<{ userId: string | undefined; resolved: ReadonlySet<string> }>;
  /** Makes events pending. They join the open gathering, or open one. Without events, opens one for those that remain. */
  add(keys: readonly string[]): Promise<Gathering>;
  /** Closes a gathering whose execution has ended without taking it, unless it is closed already. */
  close(gathering: Gathering): Promise<void>;
  /** Closes the open gathering, and returns the pending events. Any later event opens a gathering with its own execution. */
  take(): Promise<ReadonlyMap<string, WatchedEvent>>;
  /** Counts a failed look-up of each event, and returns how many there were, including earlier ones. */
  countFailures(keys: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Ends the pending events, and remembers them for a day. */
  resolve(keys: readonly string[]): Promise<void>;
}

export const createPendingEvents = (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  clock: Clock,
): PendingEvents => {
  const expiry = () => Math.floor(clock.now() / 1000) + REMEMBERED_SECONDS;

  const update = async (
    key: { pk: string },
    expression: string,
    values: Record<string, unknown>,
    condition?: string,
  ) => updateItem(dynamodb, tableName, key, { expression, condition, values });

  return {
    recall: async (keys) => {
      const events = new Map(keys.map((key) => [recordKey(key).pk, key]));
      const asked = [WEBHOOK_USER, ...[...events.keys()].map((pk) => ({ pk }))];
      const items = await batchGet(dynamodb, tableName, asked);
      const user = items.find(({ pk }) => pk === WEBHOOK_USER.pk);
      // DynamoDB deletes expired items only within days, and the embedded one never.
      const resolved = items.flatMap(({ pk, resolved_at, expires_at }) =>
        resolved_at !== undefined && Number(expires_at) * 1000 > clock.now()
          ? (events.get(pk as string) ?? [])
          : [],
      );
      return { userId: user?.['user_id'] as string | undefined, resolved: new Set(resolved) };
    },

    add: async (keys) => {
      const item = await update(
        PENDING,
        `SET #gathering_since = if_not_exists(#gathering_since, :now)${keys.length === 0 ? '' : ' ADD #events :events'}`,
        { ':events': new Set(keys), ':now': iso(clock.now()) },
      );
      return { since: item?.['gathering_since'] as string };
    },

    close: async ({ since }) => {
      await update(PENDING, 'REMOVE #gathering_since', { ':since': since }, '#gathering_since = :since');
    },

    take: async () => {
      const item = await update(PENDING, 'REMOVE #gathering_since', {});
      const keys = [...((item?.['events'] as Set<string> | undefined) ?? [])];
      return new Map(keys.map((key) => [key, parseEventKey(key)]));
    },

    countFailures: async (keys) => {
      const values = () => ({ ':one': 1, ':expiry': expiry() });
      const count = async (key: string): Promise<[string, number]> => {
        const item = await update(recordKey(key), 'ADD #attempts :one SET #expires_at = :expiry', values());
        return [key, item?.['attempts'] as number];
      };
      return new Map(await pMap(keys, count, { concurrency: AT_ONCE }));
    },

    resolve: async (keys) => {
      if (keys.length === 0) return;
      const remember = async (key: string) => {
        const values = { ':now': iso(clock.now()), ':expiry': expiry() };
        await update(recordKey(key), 'SET #resolved_at = :now, #expires_at = :expiry', values);
      };
      await pMap(keys, remember, { concurrency: AT_ONCE });
      // Last, so that a crash leaves them pending.
      await update(PENDING, 'DELETE #events :keys', { ':keys': new Set(keys) });
    },
  };
};
