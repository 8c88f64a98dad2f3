import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RateLimit } from '../../oura/pace/rate-limit.ts';
import { updateItem } from './conditional-write.ts';

const KEY = { pk: 'lock#rate-limit' };

/** `lock#rate-limit` in OuraSyncTable. */
export const createRateLimit = (dynamodb: DynamoDBDocumentClient, tableName: string): RateLimit => {
  /** Sets attributes if `condition` holds, and returns whether it did. */
  const set = async (
    expression: string,
    condition: string,
    values: Record<string, number>,
  ): Promise<boolean> => {
    const update = { expression: `SET ${expression}`, condition, values };
    return (await updateItem(dynamodb, tableName, KEY, update)) !== undefined;
  };

  return {
    get: async () => {
      const reply = await dynamodb.send(
        new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
      );
      const item = (reply.Item ?? {}) as Partial<Record<string, number>>;
      const { not_before = 0, spent_until = 0, lowered_to, lowered_until = 0 } = item;
      return {
        notBefore: not_before,
        spentUntil: spent_until,
        lowered:
          lowered_to === undefined ? undefined : { requestsPerMinute: lowered_to, until: lowered_until },
      };
    },

    extend: async (epochMs) => {
      await set('not_before = :until', 'attribute_not_exists(not_before) OR not_before < :until', {
        ':until': epochMs,
      });
    },

    lower: async (requestsPerMinute, now, until) => {
      await set(
        'lowered_to = :to, lowered_until = :until',
        'attribute_not_exists(lowered_to) OR lowered_until <= :now OR lowered_to >= :to',
        { ':to': requestsPerMinute, ':until': until, ':now': now },
      );
    },

    spend: (seen, spentUntil) => {
      const same = (attribute: string, value: number) =>
        value === 0 ? `attribute_not_exists(${attribute})` : `${attribute} = :seen_${attribute}`;
      return set(
        'spent_until = :spent',
        `${same('spent_until', seen.spentUntil)} AND ${same('not_before', seen.notBefore)}`,
        { ':spent': spentUntil, ':seen_spent_until': seen.spentUntil, ':seen_not_before': seen.notBefore },
      );
    },
  };
};
