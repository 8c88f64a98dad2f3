import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { HttpRequest } from '@smithy/types';
import { documentClient, type Surroundings } from '../../../shared/aws/runtime/dependencies.ts';
import { REGION } from '../template/arn.ts';
import type { Endpoint } from './endpoint.ts';

/** The AWS clients that a handler or a command is given. */
export type Clients = Pick<Surroundings, 'dynamodb' | 'sqs' | 'sfn' | 'ssm'>;

/**
 * Clients of the machine's endpoint, for another process than the one that serves it. Region and credentials are given,
 * so that nothing of the user's AWS set-up is read or needed. Signatures are not checked; the access key id is, where
 * secrets are kept.
 * @param accessKeyId the endpoint's; with any other, SSM refuses
 */
export const createClients = (endpoint: string, accessKeyId = 'local'): Clients & { destroy(): void } =>
  clientsOf({ endpoint, region: REGION, credentials: { accessKeyId, secretAccessKey: 'local' } });

/** What dynalite and fauxqs ask of every call, and do not check. */
const UNSIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/19700101/local/local/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '19700101T000000Z',
};

/**
 * Clients in the process that serves: their calls go the way of all calls but for the signature and the socket, which
 * were a third of what a backfill costs this machine. Their credentials are the endpoint's, for who hands them on to another
 * process.
 */
export const createOwnClients = ({
  url,
  accessKeyId,
  call,
}: Pick<Endpoint, 'url' | 'accessKeyId' | 'call'>): Clients & { destroy(): void } =>
  clientsOf({
    endpoint: url,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey: 'local' },
    signer: { sign: async (request: HttpRequest) => request },
    requestHandler: {
      handle: async ({ headers, body }: HttpRequest) => {
        const lowerCase = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        const reply = await call({
          target: lowerCase['x-amz-target'] ?? '',
          headers: { ...UNSIGNED, ...lowerCase },
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
