import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isSameSecret } from '../../shared/core/same-secret.ts';
import { reply } from './reply.ts';
import type { Secret } from './secret.ts';

/** Answers the request with which Oura checks a new subscription: it expects its challenge back. */
export const answerHandshake = async (
  { queryStringParameters = {} }: Pick<APIGatewayProxyEventV2, 'queryStringParameters'>,
  secret: Secret,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { verification_token: given = '', challenge = '' } = queryStringParameters;
  const isOurs = await secret.satisfies(({ verification_token }) => isSameSecret(given, verification_token));
  if (!isOurs) return reply(401);
  return challenge === '' ? reply(400) : reply(200, { challenge });
};
