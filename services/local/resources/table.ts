import { array, mixed, object } from 'yup';
import { createTable } from '../emulators/create-table.ts';
import { arn } from '../template/arn.ts';
import { IGNORED } from './properties.ts';
import { resourceType } from './resource.ts';

export const table = resourceType({
  type: 'AWS::DynamoDB::Table',
  properties: object({
    AttributeDefinitions: array(
      mixed<{ AttributeName: string; AttributeType: 'S' | 'N' | 'B' }>().required(),
    ).required(),
    KeySchema: array(mixed<{ AttributeName: string; KeyType: 'HASH' | 'RANGE' }>().required()).required(),
  }),
  ignored: {
    TableName: IGNORED.name,
    BillingMode: 'nothing is billed',
    TimeToLiveSpecification: 'code filters expired items, as it must on AWS until their deletion',
    PointInTimeRecoverySpecification: 'a copy of the data folder is the backup',
    SSESpecification: IGNORED.encryption,
    DeletionProtectionEnabled: 'the local runtime never deletes a table',
    Tags: IGNORED.inventory,
  },
  identity: (id) => ({ Ref: id, Arn: arn('dynamodb', `table/${id}`) }),
  create: ({ logicalId, properties }, { clients, dataDir }) =>
    createTable(clients.dynamodb, { TableName: logicalId, ...properties }, dataDir),
});
