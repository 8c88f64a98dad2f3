import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { documentClient, type Surroundings } from '../../shared/runtime/surroundings.ts';
import { REGION } from './resources.ts';

/** The AWS clients that a handler or a command is given. */
export type Clients = Pick<Surroundings, 'dynamodb' | 'sqs' | 'sfn' | 'ssm'>;

/**
 * Clients of the machine's endpoint. Region and credentials are given, so that nothing of the user's AWS set-up is
 * read or needed. Signatures are not checked; the access key id is, where secrets are kept.
 * @param accessKeyId the endpoint's; with any other, SSM refuses
 */
export const createClients = (endpoint: string, accessKeyId = 'local'): Clients & { destroy(): void } => {
  const config = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey: 'local' },
  };
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
