import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Dependencies, deployed, type Handler } from '../../shared/aws/runtime/dependencies.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { createMetrics } from '../../shared/aws/runtime/metrics.ts';
import { createPendingEvents } from '../../shared/aws/store/pending-events.ts';
import { webhookSecretStore } from '../../shared/aws/store/webhook-secret.ts';
import { requireEnv } from '../../shared/core/env.ts';
import { ENV, SERVICE, SSM_REFERENCE } from '../../shared/core/names.ts';
import { answerHandshake } from './handshake.ts';
import { receiveEvents } from './receive-events.ts';
import { reply } from './reply.ts';
import { createSecret } from './secret.ts';

/** The receiver of Oura's webhooks, behind the HTTP API. */
export const createHandler = (
  dependencies: Dependencies,
): Handler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => {
  const { env, clock, dynamodb, sfn, ssm, console } = dependencies;
  const log = createLog(SERVICE.receiver, console);
  const metrics = createMetrics(SERVICE.receiver, requireEnv(env, ENV.metricsNamespace), console);
  const parameter = requireEnv(env, ENV.webhookSecret).replace(SSM_REFERENCE, '');
  const secret = createSecret(webhookSecretStore(ssm, parameter), clock);
  const parts = {
    clock,
    log,
    metrics,
    secret,
    pending: createPendingEvents(dynamodb, requireEnv(env, ENV.ouraSyncTable), clock),
    sfn,
    stateMachineArn: requireEnv(env, ENV.syncRun),
  };

  return async (event) => {
    try {
      const { method } = event.requestContext.http;
      if (method === 'GET') return await answerHandshake(event, secret);
      if (method === 'POST') return await receiveEvents(event, parts);
      return reply(405);
    } catch (error: unknown) {
      // Oura sends the request again.
      log.error('The request failed', {}, error);
      return reply(500);
    } finally {
      metrics.flush();
    }
  };
};

export const handler = deployed(createHandler);
