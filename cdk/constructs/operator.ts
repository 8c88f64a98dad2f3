import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LOGICAL_ID, WORKOUTS_OWNER } from '../../shared/core/names.ts';
import type { Alarms, WatchedProps } from './alarms.ts';
import { nameResource } from './logical-id.ts';
import type { SleepTables } from './sleep-tables.ts';

export interface OperatorProps extends WatchedProps {
  readonly tables: SleepTables;
  readonly schedule: CfnSchedule;
  readonly alarms: Alarms;
}

/**
 * A managed policy with what the commands with `--aws` need, and nothing else: not the deployment. Attach it to the user or
 * role that runs them. test/commands/operator-policy.test.ts compares it with the calls that the commands send.
 */
export class Operator extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    this.policy = new ManagedPolicy(this, 'Policy', {
      description: 'Allows the commands of the Oura sleep sync with --aws',
      statements: [
        ...this.ofStack(props),
        ...this.ofData(props),
        ...this.ofQueues(props),
        ...this.ofRuns(props),
      ],
    });
    nameResource(this.policy, LOGICAL_ID.operator);
  }

  private ofStack({ settings, handlers, schedule, alarms }: OperatorProps): PolicyStatement[] {
    const stack = Stack.of(this);
    return [
      // The commands name the stack, and AWS then checks `stack/<name>/*`, not the stack's ID.
      allow(
        'FindStack',
        ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
        [
          stack.formatArn({
            service: 'cloudformation',
            resource: 'stack',
            resourceName: `${Aws.STACK_NAME}/*`,
          }),
        ],
      ),
      // AWS accepts only "*" for these two.
      allow('CheckAccount', ['lambda:GetAccountSettings', 'lambda:ListEventSourceMappings'], ['*']),
      allow('CheckWorker', ['lambda:GetFunctionConcurrency'], [handlers.worker.function.functionArn]),
      allow('CheckSchedule', ['scheduler:GetSchedule'], [schedule.attrArn]),
      allow(
        'CheckAlarms',
        ['cloudwatch:DescribeAlarms'],
        alarms.alarms.map(({ alarmArn }: Alarm) => alarmArn),
      ),
      ...(alarms.topic === undefined
        ? []
        : [allow('CheckAlarmMail', ['sns:ListSubscriptionsByTopic'], [alarms.topic.topicArn])]),
      allow(
        'Connect',
        ['ssm:GetParameter', 'ssm:PutParameter'],
        [settings.ouraApiKeyParameter, ...(settings.webhooks ? [settings.webhookParameter] : [])].map(
          (name) => stack.formatArn({ service: 'ssm', resource: `parameter${name}` }),
        ),
      ),
    ];
  }

  private ofData({ tables }: OperatorProps): PolicyStatement[] {
    const { tableName, owner } = tables.workouts;
    const workouts = Stack.of(this).formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: tableName,
    });
    return [
      allow(
        'ReadNights',
        // PutItem: backfill --recompute.
        [
          'dynamodb:BatchGetItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:Scan',
          'dynamodb:DescribeTable',
        ],
        [tables.sleep.tableArn],
      ),
      allow(
        'ReadLedger',
        // UpdateItem: redrive --accept.
        [
          'dynamodb:BatchGetItem',
          'dynamodb:GetItem',
          'dynamodb:UpdateItem',
          'dynamodb:Scan',
          'dynamodb:DescribeTable',
        ],
        [tables.sync.tableArn],
      ),
      allow('ReadWorkouts', ['dynamodb:Scan', ...(owner === WORKOUTS_OWNER.stack ? IMPORT : [])], [workouts]),
    ];
  }

  private ofQueues({ queues: { work, deadLetter, parked } }: OperatorProps): PolicyStatement[] {
    return [
      allow(
        'CountMessages',
        ['sqs:GetQueueAttributes'],
        [work.queueArn, deadLetter.queueArn, parked.queueArn],
      ),
      allow(
        'Redrive',
        [
          'sqs:StartMessageMoveTask',
          'sqs:ListMessageMoveTasks',
          'sqs:CancelMessageMoveTask',
          'sqs:ReceiveMessage',
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
        ],
        [parked.queueArn],
      ),
      // A message move task sends with the permissions of its caller.
      allow('RedriveTo', ['sqs:SendMessage'], [work.queueArn]),
    ];
  }

  private ofRuns({ stateMachine }: OperatorProps): PolicyStatement[] {
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${stateMachine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return [
      allow('StartRuns', ['states:StartExecution', 'states:ListExecutions'], [stateMachine.stateMachineArn]),
      allow('FollowRuns', ['states:DescribeExecution'], [executions]),
    ];
  }
}

/** Only for a table of the stack: the commands only read that of another application. */
const IMPORT = ['dynamodb:BatchWriteItem', 'dynamodb:DescribeTable'];

const allow = (sid: string, actions: string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ sid, actions, resources });
