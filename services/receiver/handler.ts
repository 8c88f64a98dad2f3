import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Dependencies, deployed, type Handler } from '../../shared/aws/runtime/dependencies.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { requireEnv } from '../../shared/core/env.ts';
import { ENV, SERVICE } from '../../shared/core/names.ts';
import { answerHandshake } from './handshake.ts';
import { createSecrets } from './read-secrets.ts';
import { reply } from './reply.ts';

/** The receiver of Oura's webhooks, behind the HTTP API. */
export const createHandler = (
  dependencies: Dependencies,
): Handler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => {
  const { env, clock, ssm, console } = dependencies;
  const log = createLog(SERVICE.receiver, console);
  const secrets = createSecrets(ssm, requireEnv(env, ENV.webhookSecret), clock);

  return async (event) => {
    try {
      const { method } = event.requestContext.http;
      if (method === 'GET') return await answerHandshake(event.queryStringParameters ?? {}, secrets);
      return reply(405);
    } catch (error: unknown) {
      // Oura sends the request again.
      log.error('The request failed', {}, error);
      return reply(500);
    }
  };
};

export const handler = deployed(createHandler);
