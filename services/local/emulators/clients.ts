import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { HttpRequest } from '@smithy/types';
import { type Dependencies, documentClient } from '../../../shared/aws/runtime/dependencies.ts';
import type { AccessKeys } from '../data-folder/access-keys.ts';
import { REGION } from '../template/arn.ts';
import type { Endpoint } from './endpoint.ts';

/** The AWS clients of handlers and commands. */
export type Clients = Pick<Dependencies, 'dynamodb' | 'sqs' | 'sfn' | 'ssm'>;

/** Creates clients that call the endpoint of another process with its keys. They need no AWS configuration of the user. */
export const createClients = (
  endpoint: string,
  { accessKeyId, secretAccessKey }: AccessKeys,
): Clients & { destroy(): void } =>
  clientsOf({ endpoint, region: REGION, credentials: { accessKeyId, secretAccessKey } });

/**
 * Creates clients for the process that serves the endpoint. They skip the signature and the socket, which took a third of
 * the CPU time of a backfill. They carry the credentials of the endpoint, which another process can use.
 */
export const createOwnClients = ({
  url,
  keys,
  call,
}: Pick<Endpoint, 'url' | 'keys' | 'call'>): Clients & { destroy(): void } =>
  clientsOf({
    endpoint: url,
    region: REGION,
    credentials: keys,
    signer: { sign: async (request: HttpRequest) => request },
    requestHandler: {
      handle: async ({ headers, body }: HttpRequest) => {
        const lowerCase = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        const reply = await call({
          target: lowerCase['x-amz-target'] ?? '',
          headers: lowerCase,
          body: typeof body === 'string' ? body : new TextDecoder().decode(body),
        });
        return {
          response: {
            statusCode: reply.status,
            headers: { ...reply.headers },
            body: Buffer.from(reply.body),
          },
        };
      },
    },
  });

type Config = DynamoDBClientConfig & SQSClientConfig & SFNClientConfig & SSMClientConfig;

const clientsOf = (config: Config): Clients & { destroy(): void } => {
  const dynamodb = new DynamoDBClient(config);
  const sqs = new SQSClient(config);
  const sfn = new SFNClient(config);
  const ssm = new SSMClient(config);
  return {
    dynamodb: documentClient(dynamodb),
    sqs,
    sfn,
    ssm,
    destroy: () => {
      for (const client of [dynamodb, sqs, sfn, ssm]) client.destroy();
    },
  };
};
