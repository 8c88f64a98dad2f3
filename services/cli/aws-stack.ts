import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { documentClient } from '../../shared/runtime/surroundings.ts';
import { localSettings } from './settings.ts';
import { UsageError } from './usage-error.ts';
import type { Stack } from './with-stack.ts';

/** What a missing login, region or stack looks like, and what to do about it. */
const explain = (error: unknown, stackName: string): UsageError | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'CredentialsProviderError') {
    return new UsageError('No AWS credentials were found: log in, or set AWS_PROFILE.');
  }
  if (error.message.includes('Region is missing'))
    return new UsageError('No AWS region is set: set AWS_REGION.');
  if (error.name === 'ValidationError') {
    return new UsageError(
      `There is no stack ${stackName} in this account and region: run npx cdk deploy first.`,
    );
  }
  return undefined;
};

/** The deployed stack `name` (default: the setting `stackName`), found by its outputs, with the usual AWS profile and region. */
export const awsStack = async (name?: string): Promise<Stack> => {
  const stackName = name ?? localSettings().stackName;
  try {
    const reply = await new CloudFormationClient().send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = Object.fromEntries(
      (reply.Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
        OutputKey,
        OutputValue,
      ]),
    );
    return {
      outputs,
      dynamodb: documentClient(new DynamoDBClient()),
      sqs: new SQSClient(),
      sfn: new SFNClient(),
      ssm: new SSMClient(),
    };
  } catch (error: unknown) {
    throw explain(error, stackName) ?? error;
  }
};
