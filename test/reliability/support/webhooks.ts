import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalRuntime } from '../../../services/local/start.ts';
import type { Template } from '../../../services/local/template/parse-template.ts';
import { outputOf } from '../../../services/operations/stack.ts';
import { webhooksOf } from '../../../services/operations/webhooks/subscribe.ts';
import { type RingSimulator, startRingSimulator } from '../../../services/ring-simulator/start.ts';
import type { WebhookEvent } from '../../../services/ring-simulator/webhooks/delivery.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { eventKey } from '../../../shared/core/webhook-events.ts';
import { APPLICATION } from '../../helpers/connected.ts';
import { freePort } from '../../helpers/consent.ts';
import { type PipelineOptions, startPipeline, TIME_ZONE } from './pipeline.ts';
import { SEED } from './seed.ts';

const KEY = 'simulated';

/** A simulated Oura whose application can subscribe, with retries after a second instead of within an hour. */
export const startAnnouncingRing = (
  clock: Clock,
  retryDelaysMs: readonly number[] = Array(10).fill(1000),
): Promise<RingSimulator> =>
  startRingSimulator({
    timeZone: TIME_ZONE,
    clock,
    seed: SEED,
    apiKey: KEY,
    oauth: { applications: [APPLICATION] },
    webhooks: { retryDelaysMs },
  });

/** Lifts the throttle of the HTTP API, so that every request reaches the receiver. */
export const withoutThrottle = (template: Template): Template => {
  const copy = structuredClone(template) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  for (const { Type, Properties } of Object.values(copy.Resources)) {
    if (Type === 'AWS::ApiGatewayV2::Stage') delete Properties['DefaultRouteSettings'];
  }
  return copy as Template;
};

/** The pipeline with webhooks, before it has subscribed. */
export const startReceiving = async (
  options: Omit<PipelineOptions, 'webhooks'> & { readonly port?: number },
): Promise<LocalRuntime & { readonly url: string }> => {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}/oura`;
  const runtime = await startPipeline({
    ...options,
    settings: { webhooks: true, ...options.settings },
    webhooks: { url, port },
  });
  return { ...runtime, url };
};

/** Subscribes as `npm start` does. */
export const subscribe = async (
  { clients, outputs, url }: LocalRuntime & { readonly url: string },
  clock: Clock,
): Promise<void> => {
  const webhooks = webhooksOf({ ...clients, clock, outputs }, { application: APPLICATION, url });
  await webhooks.subscribe(await webhooks.plan());
};

export const executionsOf = async ({ clients, outputs }: LocalRuntime) => {
  const { executions = [] } = await clients.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: outputOf({ outputs }, OUTPUT.syncRun) }),
  );
  return executions.map(({ name = '', status }) => ({ name, status }));
};

/** The keys of the events that are not resolved yet. */
export const pendingOf = async ({ clients, outputs }: LocalRuntime): Promise<ReadonlySet<string>> => {
  const { Item } = await clients.dynamodb.send(
    new GetCommand({
      TableName: outputOf({ outputs }, OUTPUT.ouraSyncTable),
      Key: { pk: 'webhook#pending' },
      ConsistentRead: true,
    }),
  );
  return (Item?.['events'] as Set<string> | undefined) ?? new Set();
};

/** The events of the deliveries that the receiver acknowledged. */
export const acknowledged = ({ webhooks }: RingSimulator): ReadonlySet<string> =>
  new Set(
    webhooks.deliveries
      .filter(({ status }) => status === 200)
      .flatMap(({ events }) => events.map((event: WebhookEvent) => eventKey(event))),
  );
