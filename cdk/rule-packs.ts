import { type App, type Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { LOGICAL_ID } from '../shared/core/names.ts';

/** A finding that is accepted on the constructs at these paths in the stack. */
interface Accepted {
  readonly id: string;
  readonly at: readonly string[];
  readonly reason: string;
}

const CONSUMERS = [LOGICAL_ID.worker, LOGICAL_ID.logError].map((id) => `Handlers/${id}`);
const FUNCTIONS = [LOGICAL_ID.planner, LOGICAL_ID.summary, LOGICAL_ID.receiver, LOGICAL_ID.watcher]
  .map((id) => `Handlers/${id}`)
  .concat(CONSUMERS);

const ACCEPTED: readonly Accepted[] = [
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    at: [...FUNCTIONS.map((path) => `${path}/Role`), 'Run/Role'],
    reason: 'X-Ray and the log delivery of Step Functions have no resource types: AWS accepts only "*"',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    at: ['Operator/Policy'],
    reason: 'GetAccountSettings and ListEventSourceMappings have no resource types: AWS accepts only "*"',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<SyncRun.Name>:*]',
    at: ['Operator/Policy'],
    reason: 'The executions of the state machine have no names in advance',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/<AWS::StackName>/*]',
    at: ['Operator/Policy'],
    reason: 'For a call that names the stack, AWS checks this resource and not the ID of the stack',
  },
  {
    id: 'Serverless-LambdaDLQ',
    at: FUNCTIONS.map((path) => `${path}/Function`),
    reason:
      'A dead-letter target serves asynchronous invocations. SQS, the state machine and the HTTP API invoke these ' +
      'functions synchronously',
  },
  {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    at: CONSUMERS.map((path) => `${path}/Function`),
    reason:
      'An SQS event source has no failure destination: the redrive policy of its queue handles failures',
  },
  {
    id: 'Serverless-SQSRedrivePolicy',
    at: [`Queues/${LOGICAL_ID.parkedQueue}`],
    reason: 'This is the last queue: parked dates wait here for a person, and an alarm reports them',
  },
  {
    id: 'Serverless-SNSRedrivePolicy',
    at: ['Alarms/AlarmMail'],
    reason: 'A mail that SNS cannot deliver is useless later, and the alarm still shows its state',
  },
  {
    id: 'Serverless-EventBusDLQ',
    at: ['Alarms/Fixed'],
    reason: 'EventBridge retries for 24 hours. A later mail is useless, and the alarm still shows its state',
  },
  {
    id: 'AwsSolutions-APIG4',
    at: ['Webhooks/Api'],
    reason:
      'Oura sends no credentials that API Gateway could check. The receiver checks the token of a handshake and the ' +
      'signature of an event',
  },
  ...['AwsSolutions-APIG1', 'Serverless-APIGWAccessLogging'].map((id) => ({
    id,
    at: ['Webhooks/Stage'],
    reason:
      'API Gateway would also log the requests that it throttles, so the cost of a flood would have no limit. The ' +
      'receiver logs and counts the requests that reach it',
  })),
];

/** Adds the AWS Solutions and Serverless rules. A finding that is not accepted above fails synth. */
export const addRulePacks = (app: App, stack: Stack): void => {
  for (const { id, at, reason } of ACCEPTED) {
    for (const path of at) {
      const construct = path
        .split('/')
        .reduce<IConstruct | undefined>((found, child) => found?.node.tryFindChild(child), stack);
      // The mails, the receiver and the watcher are optional.
      if (construct !== undefined) Validations.of(construct).acknowledge({ id, reason });
    }
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
};
