import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A response to Oura. @param body @default empty */
export const reply = (statusCode: number, body: object = {}): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
