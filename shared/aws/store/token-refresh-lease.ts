import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Clock, iso } from '../../core/clock.ts';
import type { RefreshState, TokenRefreshLease } from '../../oura/credentials/refresh-lease.ts';
import { LONGEST_WAIT_MS } from '../../oura/pace/limits.ts';
import { updateItem } from './conditional-write.ts';

const KEY = { pk: 'lock#token-refresh' };

const toState = (item: Readonly<Record<string, unknown>> = {}): RefreshState => {
  const text = (name: string) => (item[name] as string | undefined) ?? null;
  const number = (name: string) => (item[name] as number | undefined) ?? 0;
  return {
    heldUntil: number('held_until'),
    spending: text('spending'),
    unanswered: number('unanswered'),
    replaced: text('replaced'),
    rejected: text('rejected'),
    rejectedAt: text('rejected_at'),
    forced: text('forced'),
    notBefore: number('not_before'),
  };
};

/** The attributes that end with the lease. */
const HELD = 'holder, held_until';

/** `lock#token-refresh` in OuraSyncTable. */
export const createTokenRefreshLease = (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  clock: Clock,
): TokenRefreshLease => {
  const update = (expression: string, condition: string, values: Record<string, unknown>) =>
    updateItem(dynamodb, tableName, KEY, { expression, condition, values });

  return {
    state: async () => {
      const get = new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true });
      return toState((await dynamodb.send(get)).Item);
    },

    acquire: async (ms) => {
      const holder = randomUUID();
      const now = clock.now();
      const item = await update(
        'SET holder = :holder, held_until = :until ADD fence :one',
        // The holder may write again, because the SDK repeats a write if its response is lost.
        // A holder by a clock that was ahead, which did not release it, would hold it until that date.
        'attribute_not_exists(held_until) OR held_until <= :now OR held_until > :ahead OR holder = :holder',
        { ':holder': holder, ':until': now + ms, ':now': now, ':ahead': now + LONGEST_WAIT_MS, ':one': 1 },
      );
      if (item === undefined) return undefined;
      const mine = (expression: string, values: Record<string, unknown> = {}) =>
        update(expression, 'fence = :fence', { ...values, ':fence': item['fence'] });
      return {
        state: toState(item),
        spend: async (refreshToken, unanswered) => {
          const values = { ':token': refreshToken, ':unanswered': unanswered };
          return (await mine('SET spending = :token, unanswered = :unanswered', values)) !== undefined;
        },
        failed: async (unanswered) => {
          await mine('SET unanswered = :unanswered', { ':unanswered': unanswered });
        },
        refused: async (unanswered, notBefore) => {
          const [set, remove] =
            unanswered === 0 ? ['', 'spending, unanswered, '] : [', unanswered = :unanswered', ''];
          await mine(`SET not_before = :not_before${set} REMOVE ${remove}${HELD}`, {
            ':not_before': notBefore,
            ':unanswered': unanswered,
          });
        },
        replaced: async ({ from, to, forced }) => {
          const set = from === to ? 'SET forced = :forced' : 'SET forced = :forced, replaced = :from';
          await mine(`${set} REMOVE spending, unanswered, not_before, ${HELD}`, {
            ':forced': forced ? to : null,
            ':from': from,
          });
        },
        rejected: async (refreshToken) => {
          const set = 'SET rejected = :token, rejected_at = :now';
          await mine(`${set} REMOVE spending, unanswered, not_before, ${HELD}`, {
            ':token': refreshToken,
            ':now': iso(clock.now()),
          });
        },
        release: async () => {
          await mine(`REMOVE ${HELD}`);
        },
      };
    },
  };
};
