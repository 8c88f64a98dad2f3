import { createHmac } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHandler } from '../../services/receiver/handler.ts';
import { createPendingEvents, type PendingEvents } from '../../shared/aws/store/pending-events.ts';
import { webhookSecretStore } from '../../shared/aws/store/webhook-secret.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { WebhookEvent } from '../../shared/core/webhook-events.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';

export const CLIENT_SECRET = 'client-secret-41c2';
export const VERIFICATION_TOKEN = 'verification-token-9b7e';
export const WEBHOOK_PARAMETER = '/OuraSleepSync/webhook';

/** What a request to the receiver can change. */
export interface Sent {
  readonly body: string;
  readonly timestamp?: string;
  readonly signature?: string;
  readonly isBase64Encoded?: boolean;
}

/** The response of the receiver. */
interface Answer {
  readonly statusCode: number;
  readonly body: unknown;
}

/** A stack with webhooks, and a receiver at it. */
export interface ReceiverBench {
  readonly stack: TestStack;
  readonly pending: PendingEvents;
  /** A receiver process of its own. */
  receiver(): {
    handshake(query: Record<string, string>): Promise<Answer>;
    /** Posts a body, signed with the secret now unless the test says otherwise. */
    post(sent: Sent): Promise<Answer>;
    deliver(events: WebhookEvent | readonly WebhookEvent[]): Promise<Answer>;
  };
  /** The pending events, and the open gathering. */
  stored(): Promise<{ events: WebhookEvent[]; gathering_since: string | undefined }>;
  /** The names of the executions that the receiver started, in order, without repeated ones. */
  started(): string[];
  /** The sum of each metric since the last `clear`. */
  counted(): Record<string, number>;
  clear(): Promise<void>;
}

export const signatureOf = (body: string | Buffer, timestamp: string, secret = CLIENT_SECRET): string =>
  createHmac('sha256', secret).update(timestamp).update(body).digest('hex').toUpperCase();

const EVENT: WebhookEvent = {
  event_type: 'create',
  data_type: 'sleep',
  object_id: 'document-1',
  event_time: '2026-03-10T11:59:30+00:00',
  user_id: 'user-1',
};
export const eventOf = (changes: Partial<WebhookEvent> = {}): WebhookEvent => ({ ...EVENT, ...changes });

/** A request in the payload format 2.0 of API Gateway. */
export const requestOf = (method: string, event: Partial<APIGatewayProxyEventV2>): APIGatewayProxyEventV2 =>
  ({
    version: '2.0',
    headers: {},
    isBase64Encoded: false,
    requestContext: { http: { method } },
    ...event,
  }) as APIGatewayProxyEventV2;

export const openReceiverBench = async (): Promise<ReceiverBench> => {
  const stack = await openStack({ webhooks: true });
  const pending = createPendingEvents(stack.raw.dynamodb, LOGICAL_ID.ouraSyncTable, stack.clock);
  const writeSecret = () =>
    webhookSecretStore(stack.raw.ssm, WEBHOOK_PARAMETER).write({
      client_secret: CLIENT_SECRET,
      verification_token: VERIFICATION_TOKEN,
    });
  await writeSecret();

  const receiver = () => {
    const handler = createHandler(stack.of(LOGICAL_ID.receiver));
    const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 10_000 };
    const call = async (method: string, event: Partial<APIGatewayProxyEventV2>): Promise<Answer> => {
      const { statusCode = 0, body = '' } = await handler(requestOf(method, event), context);
      return { statusCode, body: JSON.parse(body) };
    };
    const post = ({ body, isBase64Encoded = false, ...sent }: Sent) => {
      const timestamp = sent.timestamp ?? String(stack.clock.now());
      const raw = isBase64Encoded ? Buffer.from(body, 'base64') : body;
      const { signature = signatureOf(raw, timestamp) } = sent;
      const headers = {
        'content-type': 'application/json',
        'x-oura-timestamp': timestamp,
        'x-oura-signature': signature,
      };
      return call('POST', { headers, body, isBase64Encoded });
    };
    return {
      handshake: (queryStringParameters: Record<string, string>) => call('GET', { queryStringParameters }),
      post,
      deliver: (events: WebhookEvent | readonly WebhookEvent[]) => post({ body: JSON.stringify(events) }),
    };
  };

  return {
    stack,
    pending,
    receiver,
    stored: async () => {
      const { Item = {} } = await stack.raw.dynamodb.send(
        new GetCommand({ TableName: LOGICAL_ID.ouraSyncTable, Key: { pk: 'webhook#pending' } }),
      );
      const keys = [...((Item['events'] as Set<string> | undefined) ?? [])].sort();
      return {
        events: keys.map((key) => JSON.parse(key) as WebhookEvent),
        gathering_since: Item['gathering_since'] as string | undefined,
      };
    },
    started: () => [...new Set(stack.calls.of('StartExecutionCommand').map(({ name }) => String(name)))],
    counted: () => {
      const sums: Record<string, number> = {};
      for (const line of stack
        .log()
        .lines()
        .filter((each) => '_aws' in each)) {
        for (const [name, value] of Object.entries(line)) {
          if (name !== '_aws' && name !== 'service')
            sums[name] =
              (sums[name] ?? 0) + [value].flat().reduce((sum: number, one) => sum + Number(one), 0);
        }
      }
      return sums;
    },
    clear: async () => {
      await stack.clear();
      stack.clock.set('2026-03-10T12:00:00Z');
      await writeSecret();
    },
  };
};
