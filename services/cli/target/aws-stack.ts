import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack as StackDescription,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { savedSettings } from '../../../cdk/settings-file.ts';
import { documentClient } from '../../../shared/aws/runtime/dependencies.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import type { Stack } from '../../operations/stack.ts';
import { explainAws } from './explain-aws.ts';

export const stackNameOf = (given: string | undefined): string => given ?? savedSettings().stackName;

/** Throws the SDK's errors: `ValidationError` if there is no such stack. */
export const describeStack = async (
  client: CloudFormationClient,
  stackName: string,
): Promise<StackDescription> => {
  const reply = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const [stack] = reply.Stacks ?? [];
  if (stack === undefined) throw new Error(`CloudFormation described no stack ${stackName}`);
  return stack;
};

/** Creates the clients, with the user's AWS profile and region, and reads the outputs of `stack`. */
export const openAwsStack = (stack: StackDescription): Stack => ({
  clock: systemClock,
  outputs: Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  ),
  dynamodb: documentClient(new DynamoDBClient()),
  sqs: new SQSClient(),
  sfn: new SFNClient(),
  ssm: new SSMClient(),
});

/** Runs `work` on the deployed stack. Throws a UsageError for a missing login, region, permission or stack. */
export const withAwsStack = async <Result>(
  name: string | undefined,
  work: (stack: Stack) => Promise<Result>,
): Promise<Result> => {
  const stackName = stackNameOf(name);
  try {
    return await work(openAwsStack(await describeStack(new CloudFormationClient(), stackName)));
  } catch (error: unknown) {
    throw explainAws(error, stackName) ?? error;
  }
};
