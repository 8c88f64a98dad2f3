import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { type LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import type { StackResources } from '../target/stack-resources.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

export const checkStackStatus = (stackName: string, status: string): Finding => {
  const said = `${stackName}: ${status}`;
  if (status.endsWith('_IN_PROGRESS'))
    return warning('stack', said, 'wait until it has finished, then check again');
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    return warning('stack', said, 'the last deployment was rolled back: run npm run deploy to see why');
  }
  return ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'].includes(status)
    ? ok('stack', said)
    : problem(
        'stack',
        said,
        'run npm run deploy to see why; if its creation failed, run npx cdk destroy first',
      );
};

/** Checks that the function receives messages from its queue. @param name of the queue, for people */
export const checkEventSource = async (
  lambda: LambdaClient,
  name: string,
  functionName: string,
): Promise<Finding> => {
  const check = `${name} queue`;
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: functionName }),
  );
  const [mapping] = EventSourceMappings;
  if (!mapping) return problem(check, `no queue feeds ${functionName}`, 'run npm run deploy');
  const state = mapping.State ?? 'unknown';
  if (state === 'Enabled') return ok(check, `feeds ${functionName}`);
  return /ing$/.test(state)
    ? warning(check, `its event source is ${state}`, 'check again in a minute')
    : problem(
        check,
        `its event source is ${state}`,
        `run aws lambda update-event-source-mapping --enabled --uuid ${mapping.UUID}`,
      );
};

export const checkSchedule = async (scheduler: SchedulerClient, name: string): Promise<Finding> => {
  const { State, ScheduleExpression, ScheduleExpressionTimezone } = await scheduler.send(
    new GetScheduleCommand({ Name: name }),
  );
  const when = `${ScheduleExpression} in ${ScheduleExpressionTimezone}`;
  return State === 'ENABLED'
    ? ok('schedule', when)
    : problem(
        'schedule',
        `${when} is ${State}`,
        `enable ${name} (EventBridge, Schedules), or run npm run deploy`,
      );
};

export const checkAlarms = async (
  cloudwatch: CloudWatchClient,
  resources: StackResources,
): Promise<Finding[]> => {
  const alarms = [...resources].filter(([, { type }]) => type === 'AWS::CloudWatch::Alarm');
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: alarms.map(([, { physicalId }]) => physicalId) }),
  );
  const raised = MetricAlarms.filter(({ StateValue }) => StateValue === 'ALARM');
  if (raised.length === 0) return [ok('alarms', `none of ${alarms.length} is in alarm`)];
  return raised.map(({ AlarmName, AlarmDescription = '' }) => {
    const [id] = alarms.find(([, { physicalId }]) => physicalId === AlarmName) ?? [AlarmName ?? ''];
    // The lines after the first one are links to the console.
    const [text = ''] = AlarmDescription.split('\n');
    const [description = '', remedy = ''] = text.split(' What to do: ');
    return problem('alarm', `${id}: ${description}`, remedy);
  });
};
