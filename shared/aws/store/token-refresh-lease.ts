import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Clock, iso } from '../../core/clock.ts';
import { ifHolds } from './conditional-write.ts';

const KEY = { pk: 'lock#token-refresh' };

/** What the ledger knows of refreshing. Refresh tokens are told by their fingerprint (shared/oura/credentials/oauth-grant.ts), null where there is none. */
export interface RefreshState {
  /** Epoch ms until which somebody holds the lease; 0 where nobody does. */
  readonly heldUntil: number;
  /** The refresh token that was about to be sent, or has been, without an outcome that is known. */
  readonly spending: string | null;
  /** How often `spending` was sent without an answer. */
  readonly unanswered: number;
  /** The refresh token in whose place another has been stored. */
  readonly replaced: string | null;
  /** The refresh token that Oura rejected for good. */
  readonly rejected: string | null;
  /** When that was, ISO 8601; null where there is none. */
  readonly rejectedAt: string | null;
  /** The refresh token that came from a refresh before its time, because Oura rejected the access token. */
  readonly forced: string | null;
  /** Epoch ms before which the token endpoint is not to be asked, because it said so. */
  readonly notBefore: number;
}

/**
 * The lease, held. Its writes are conditional on the fence number, which grows each time the lease is taken: they do
 * nothing where somebody else has taken it meanwhile.
 */
export interface HeldLease {
  /** As it stood when the lease was taken. */
  readonly state: RefreshState;
  /** Written before a refresh token is sent, as if no answer came: that is what a crash leaves. False: the lease is lost. */
  spend(refreshToken: string, unanswered: number): Promise<boolean>;
  /** An answer came that neither gave a pair nor refused one; the lease runs out by itself. */
  failed(unanswered: number): Promise<void>;
  /** The request was not worked on; gives the lease back. */
  refused(unanswered: number, notBefore: number): Promise<void>;
  /** The pair of `to` is stored in place of `from`'s; gives the lease back. They are one where Oura kept the refresh token. */
  replaced(from: string, to: string, forced: boolean): Promise<void>;
  /** Oura rejects `refreshToken` for good; gives the lease back. */
  rejected(refreshToken: string): Promise<void>;
  release(): Promise<void>;
}

/** `lock#token-refresh` in OuraSyncTable: who may refresh the access token, and what became of the last attempts. */
export interface TokenRefreshLease {
  state(): Promise<RefreshState>;
  /** Takes the lease for `ms`; undefined where somebody else holds it. */
  acquire(ms: number): Promise<HeldLease | undefined>;
}

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

/** What ends with the lease. */
const HELD = 'holder, held_until';

export const createTokenRefreshLease = (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  clock: Clock,
): TokenRefreshLease => {
  /** The item after `expression`; undefined where `condition` does not hold. */
  const update = async (
    expression: string,
    condition: string,
    values: Record<string, unknown>,
  ): Promise<Readonly<Record<string, unknown>> | undefined> => {
    const reply = await ifHolds(
      dynamodb.send(
        new UpdateCommand({
          TableName: tableName,
          Key: KEY,
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return reply?.Attributes;
  };

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
        // The holder's own: the SDK repeats a write whose answer was lost.
        'attribute_not_exists(held_until) OR held_until <= :now OR holder = :holder',
        { ':holder': holder, ':until': now + ms, ':now': now, ':one': 1 },
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
          const values = { ':not_before': notBefore };
          await (unanswered === 0
            ? mine(`SET not_before = :not_before REMOVE spending, unanswered, ${HELD}`, values)
            : mine(`SET not_before = :not_before, unanswered = :unanswered REMOVE ${HELD}`, {
                ...values,
                ':unanswered': unanswered,
              }));
        },
        replaced: async (from, to, forced) => {
          const set = from === to ? 'SET forced = :forced' : 'SET forced = :forced, replaced = :from';
          await mine(`${set} REMOVE spending, unanswered, not_before, ${HELD}`, {
            ':forced': forced ? to : null,
            ...(from !== to && { ':from': from }),
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
