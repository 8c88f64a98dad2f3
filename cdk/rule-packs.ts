import { type App, type Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { LOGICAL_ID } from '../shared/core/names.ts';

/** A finding that stands: on which constructs (paths in the stack), and why. */
interface Accepted {
  readonly id: string;
  readonly at: readonly string[];
  readonly reason: string;
}

const CONSUMERS = [LOGICAL_ID.worker, LOGICAL_ID.logError].map((id) => `Handlers/${id}`);
const FUNCTIONS = [LOGICAL_ID.planner, LOGICAL_ID.summary].map((id) => `Handlers/${id}`).concat(CONSUMERS);

/** Every finding of the rule packs that is accepted, each where it is found and nowhere else. */
const ACCEPTED: readonly Accepted[] = [
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    at: [...FUNCTIONS.map((path) => `${path}/Role`), 'Run/Role'],
    reason: 'X-Ray and the log delivery of Step Functions know no resources: AWS takes nothing but "*"',
  },
  {
    id: 'Serverless-LambdaDLQ',
    at: FUNCTIONS.map((path) => `${path}/Function`),
    reason:
      'A dead-letter target serves asynchronous invocations, and none of these functions has any: ' +
      'SQS and the state machine call them and wait for the answer',
  },
  {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    at: CONSUMERS.map((path) => `${path}/Function`),
    reason:
      'An SQS event source has no failure destination: the redrive policy of its queue takes the failures',
  },
  {
    id: 'Serverless-SQSRedrivePolicy',
    at: [`Queues/${LOGICAL_ID.parkedQueue}`],
    reason: 'The end of the line: parked dates wait here for a person, and an alarm tells of them',
  },
  {
    id: 'Serverless-SNSRedrivePolicy',
    at: ['Alarms/AlarmMail'],
    reason: 'A mail that SNS cannot deliver has no use later: the alarm itself still shows its state',
  },
];

/** Adds the AWS Solutions and the Serverless rules: a finding that is not accepted above fails synth. */
export const addRulePacks = (app: App, stack: Stack): void => {
  for (const { id, at, reason } of ACCEPTED) {
    for (const path of at) {
      const construct = path
        .split('/')
        .reduce<IConstruct | undefined>((found, child) => found?.node.tryFindChild(child), stack);
      // Not every stack has a mail subscription.
      if (construct !== undefined) Validations.of(construct).acknowledge({ id, reason });
    }
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
};
