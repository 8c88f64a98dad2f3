import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { OUTPUT } from '../../shared/core/names.ts';
import type { Emulator } from './emulator.ts';
import { check } from './proof.ts';
import type { DeployedStack } from './stack.ts';

/** Checks a stack with the APIs of its services, in addition to CloudFormation. */
export const deployedFacts = (emulator: Emulator) => {
  const lambda = new LambdaClient(emulator.client);
  const sqs = new SQSClient(emulator.client);
  const cloudwatch = new CloudWatchClient(emulator.client);
  const dynamodb = new DynamoDBClient(emulator.client);
  const idsOf = (stack: DeployedStack, type: string): readonly string[] =>
    stack.resources
      .filter(({ ResourceType }) => ResourceType === type)
      .map(({ PhysicalResourceId = '' }) => PhysicalResourceId);

  return {
    /** Checks runtime and architecture of every function, and that the key is a reference. */
    functions: async (stack: DeployedStack, key: string): Promise<string> => {
      const configurations = await Promise.all(
        idsOf(stack, 'AWS::Lambda::Function').map((FunctionName) =>
          lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
        ),
      );
      for (const { FunctionName, Runtime, Architectures, State } of configurations) {
        check(Runtime === 'nodejs24.x', `${FunctionName} runs on ${Runtime}`);
        check(Architectures?.join() === 'arm64' && State === 'Active', `${FunctionName} is ${State}`);
      }
      const variables = JSON.stringify(configurations.map(({ Environment }) => Environment));
      check(!variables.includes(key), 'the key stands in the environment of a function');
      check(
        variables.includes(`ssm:${stack.outputs[OUTPUT.ouraApiKeyParameter]}`),
        'no function knows the key',
      );
      return `${configurations.length} functions on nodejs24.x, arm64`;
    },

    /** Checks the redrive policy of each queue. */
    redrivePolicies: async (stack: DeployedStack): Promise<string> => {
      const policyOf = async (output: string) => {
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: stack.outputs[output], AttributeNames: ['All'] }),
        );
        return { arn: Attributes?.['QueueArn'], policy: Attributes?.['RedrivePolicy'] ?? '' };
      };
      const [work, deadLetter, parked] = await Promise.all(
        [OUTPUT.workQueueUrl, OUTPUT.deadLetterQueueUrl, OUTPUT.parkedQueueUrl].map(policyOf),
      );
      check(work?.policy.includes(`${deadLetter?.arn}`) ?? false, 'work does not fail into dead-letter');
      check(deadLetter?.policy.includes(`${parked?.arn}`) ?? false, 'dead-letter does not fail into parked');
      return 'work → dead-letter → parked';
    },

    /** Checks the worker's event source. */
    workerEventSource: async (stack: DeployedStack) => {
      const { EventSourceMappings } = await lambda.send(
        new ListEventSourceMappingsCommand({ FunctionName: stack.physical('Worker') }),
      );
      const [mapping] = EventSourceMappings ?? [];
      check(
        mapping?.FunctionResponseTypes?.join() === 'ReportBatchItemFailures',
        'batch failures are not reported',
      );
      return { batchSize: mapping?.BatchSize, concurrency: mapping?.ScalingConfig?.MaximumConcurrency };
    },

    schedule: async (stack: DeployedStack): Promise<string> => {
      const schedule = await new SchedulerClient(emulator.client).send(
        new GetScheduleCommand({ Name: stack.physical('DailySync') }),
      );
      check(schedule.State === 'ENABLED', `the schedule is ${schedule.State}`);
      check(schedule.Target?.Arn === stack.outputs[OUTPUT.syncRun], 'the schedule starts something else');
      const zone = schedule.ScheduleExpressionTimezone;
      check(zone === stack.outputs[OUTPUT.timeZone], `the schedule is on the clock of ${zone}`);
      return `${schedule.ScheduleExpression} ${zone}`;
    },

    /** Checks that dashboard and alarms exist. The emulator does not compute metrics. */
    watching: async (stack: DeployedStack): Promise<string> => {
      const [dashboard] = idsOf(stack, 'AWS::CloudWatch::Dashboard');
      const { DashboardBody = '' } = await cloudwatch.send(
        new GetDashboardCommand({ DashboardName: dashboard }),
      );
      const { widgets } = JSON.parse(DashboardBody) as { widgets: readonly unknown[] };
      for (const output of [OUTPUT.workQueueUrl, OUTPUT.deadLetterQueueUrl, OUTPUT.parkedQueueUrl]) {
        const queue = stack.outputs[output]?.split('/').at(-1);
        check(DashboardBody.includes(`${queue}`), `the dashboard does not show ${queue}`);
      }
      const names = idsOf(stack, 'AWS::CloudWatch::Alarm');
      const { MetricAlarms = [] } = await cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [...names] }),
      );
      check(MetricAlarms.length === names.length, `${MetricAlarms.length} of ${names.length} alarms exist`);
      const unlinked = MetricAlarms.find(
        ({ AlarmDescription = '' }) => !AlarmDescription.includes('runbook'),
      );
      check(unlinked === undefined, `the alarm ${unlinked?.AlarmName} does not name the runbook`);
      return `a dashboard of ${widgets.length} widgets, ${names.length} alarms`;
    },

    /** What remains after the stacks are destroyed: function names, and the items of retained tables. */
    leftFunctions: async (): Promise<number> =>
      ((await lambda.send(new ListFunctionsCommand({}))).Functions ?? []).length,
    itemsOf: async (TableName: string): Promise<number> => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      return Table?.ItemCount ?? -1;
    },
  };
};
