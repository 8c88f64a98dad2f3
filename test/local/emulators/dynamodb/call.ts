import type { AwsReply } from '../../../../services/local/emulators/aws-json.ts';
import type { DynamoDb } from '../../../../services/local/emulators/dynamodb/open.ts';

type Service = DynamoDb['service'];

/** Sends a body as it is. */
export const callRaw = (service: Service, operation: string, body: string): Promise<AwsReply> =>
  service({ target: `DynamoDB_20120810.${operation}`, headers: {}, body });

/** Sends a request and returns the status with the parsed reply. */
export const call = async (service: Service, operation: string, input: object) => {
  const { status, body } = await callRaw(service, operation, JSON.stringify(input));
  return { status, reply: JSON.parse(body) };
};

/** Creates a table with the key `pk`. */
export const createTable = (service: Service, TableName: string) =>
  call(service, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
