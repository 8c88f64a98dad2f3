import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws } from 'aws-cdk-lib/core';

const page = (path: string): string =>
  `https://${Aws.REGION}.console.aws.amazon.com/${path.replace('?', `?region=${Aws.REGION}`)}`;

/** The address of a queue in the AWS console, with its URL encoded as a part of the fragment. */
export const queuePage = ({ queueName }: IQueue): string =>
  page(
    `sqs/v3/home?#/queues/https%3A%2F%2Fsqs.${Aws.REGION}.${Aws.URL_SUFFIX}%2F${Aws.ACCOUNT_ID}%2F${queueName}`,
  );

/** The list of executions of a state machine. */
export const executionsPage = ({ stateMachineArn }: IStateMachine): string =>
  page(`states/home?#/statemachines/view/${stateMachineArn}`);

/** The name of the stack's dashboard. It has the region, because an account has one list of dashboards for all regions. */
export const dashboardName = (stackName: string): string => `${stackName}-${Aws.REGION}`;

export const dashboardPage = (stackName: string): string =>
  page(`cloudwatch/home?#dashboards/dashboard/${dashboardName(stackName)}`);
