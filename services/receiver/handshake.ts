import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isSameSecret } from '../../shared/oura/webhooks/signature.ts';
import type { Secrets } from './read-secrets.ts';
import { reply } from './reply.ts';

/** Answers the request with which Oura checks a new subscription: it expects its challenge back. */
export const answerHandshake = async (
  query: NonNullable<APIGatewayProxyEventV2['queryStringParameters']>,
  secrets: Secrets,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { verification_token = '', challenge = '' } = query;
  const isOurs = await secrets.satisfy((known) => isSameSecret(verification_token, known.verification_token));
  if (!isOurs) return reply(401);
  return challenge === '' ? reply(400) : reply(200, { challenge });
};
