import {
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';

interface Tables {
  send(command: DescribeTableCommand): Promise<DescribeTableCommandOutput>;
}

/** Describes a table; undefined if there is none with this name. */
export const describeTable = async (
  dynamodb: Tables,
  name: string,
): Promise<TableDescription | undefined> => {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error: unknown) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};
