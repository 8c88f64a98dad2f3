import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Day } from '../../core/day.ts';
import { updateItem } from './conditional-write.ts';

const KEY = { pk: 'webhook#subscriptions' };

/** The subscriptions as they were found last. */
interface CheckedSubscriptions {
  /** The day of the last check in the user's time zone. */
  readonly checked_on: Day;
  /** How many of the events we need have a subscription that has not expired. */
  readonly valid: number;
  /** Days until the first of them expires; 0 if one is missing. */
  readonly days_left: number;
}

/** `webhook#subscriptions` in OuraSyncTable. */
export interface WebhookSubscriptions {
  /** `callback_url` is undefined until an address has been subscribed, and after its subscriptions were removed. */
  get(): Promise<Partial<CheckedSubscriptions> & { readonly callback_url?: string }>;
  /** Records a check of the subscriptions at the recorded address. */
  check(checked: CheckedSubscriptions): Promise<void>;
  /** Records the address that receives the events from now on. */
  subscribed(callback_url: string, checked: CheckedSubscriptions): Promise<void>;
  removed(): Promise<void>;
}

const CHECKED = '#checked_on = :checked_on, #valid = :valid, #days_left = :days_left';

const valuesOf = ({ checked_on, valid, days_left }: CheckedSubscriptions) => ({
  ':checked_on': checked_on,
  ':valid': valid,
  ':days_left': days_left,
});

export const createWebhookSubscriptions = (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
): WebhookSubscriptions => {
  const write = async (expression: string, values: Record<string, unknown> = {}): Promise<void> => {
    await updateItem(dynamodb, tableName, KEY, { expression, values });
  };
  return {
    get: async () => {
      const reply = await dynamodb.send(
        new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
      );
      return (reply.Item ?? {}) as Awaited<ReturnType<WebhookSubscriptions['get']>>;
    },
    check: (checked) => write(`SET ${CHECKED}`, valuesOf(checked)),
    subscribed: (callback_url, checked) =>
      write(`SET #callback_url = :callback_url, ${CHECKED}`, {
        ...valuesOf(checked),
        ':callback_url': callback_url,
      }),
    removed: () => write('REMOVE #callback_url, #checked_on, #valid, #days_left'),
  };
};
