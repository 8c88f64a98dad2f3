import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { iso } from '../../core/clock.ts';
import type { Day } from '../../core/day.ts';
import { updateItem } from './conditional-write.ts';

const KEY = { pk: 'morning#watch' };

/** The watch of one morning. */
export interface Watch {
  readonly day: Day;
  /** From when on Oura is asked, and until when it is the watch of today (ISO 8601, UTC). */
  readonly wakes_at: string;
  readonly until: string;
  /** Requests to Oura on this day. */
  readonly requests: number;
  /** Why Oura is not asked any more: the night is stored, or a sync was started; null while it may be. */
  readonly ended: 'stored' | 'started' | null;
}

/** `morning#watch` in OuraSyncTable. One item for all days. */
export interface MorningWatch {
  /** The current or last watch; undefined before the first. */
  get(): Promise<Watch | undefined>;
  /** Begins the watch of another day, unless another invocation has begun it. */
  begin(watch: Pick<Watch, 'day' | 'wakes_at' | 'until'>, now: number): Promise<void>;
  /** Counts a request before it is sent. Returns false if the day has had `most` already. */
  take(day: Day, most: number): Promise<boolean>;
  end(day: Day, ended: NonNullable<Watch['ended']>): Promise<void>;
}

export const createMorningWatch = (dynamodb: DynamoDBDocumentClient, tableName: string): MorningWatch => {
  const update = (expression: string, condition: string, values: Record<string, unknown>) =>
    updateItem(dynamodb, tableName, KEY, { expression, condition, values });
  return {
    get: async () => {
      const { Item } = await dynamodb.send(
        new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
      );
      return Item && ({ ended: null, ...Item } as unknown as Watch);
    },
    begin: async ({ day, wakes_at, until }, now) => {
      await update(
        'SET #day = :day, #wakes_at = :wakes_at, #until = :until, #requests = :none REMOVE #ended',
        // A watch by a clock that was ahead would last until that date.
        'attribute_not_exists(#until) OR #until <= :now OR #until > :latest',
        {
          ':latest': until,
          ':day': day,
          ':wakes_at': wakes_at,
          ':until': until,
          ':none': 0,
          ':now': iso(now),
        },
      );
    },
    take: async (day, most) =>
      (await update('ADD #requests :one', '#day = :day AND #requests < :most', {
        ...{ ':one': 1, ':day': day, ':most': most },
      })) !== undefined,
    end: async (day, ended) => {
      await update('SET #ended = :ended', '#day = :day', { ':ended': ended, ':day': day });
    },
  };
};
