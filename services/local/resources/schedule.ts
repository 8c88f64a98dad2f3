import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mixed, object, string } from 'yup';
import { startScheduler } from '../emulators/scheduler.ts';
import { closed, IGNORED } from './properties.ts';
import { resourceType } from './resource.ts';

export const schedule = resourceType({
  type: 'AWS::Scheduler::Schedule',
  properties: object({
    ScheduleExpression: string().required(),
    ScheduleExpressionTimezone: string().default('UTC'),
    State: string()
      .oneOf(['ENABLED', 'DISABLED'] as const)
      .default('ENABLED'),
    Target: closed(
      object({
        Arn: string().required(),
        Input: string().default('{}'),
        RoleArn: string(),
        /** Without effect: the call stays in this process, so there is nothing to retry. */
        RetryPolicy: mixed(),
        DeadLetterConfig: mixed(),
      }),
    ).required(),
  }),
  ignored: {
    Name: IGNORED.name,
    FlexibleTimeWindow: 'the run starts at the beginning of the window',
    Description: IGNORED.inventory,
  },
  identity: (id) => ({ Ref: id }),
  start: (resource, machine) => {
    if (!machine.schedule) return undefined;
    return startScheduler(resource, machine.clock, ({ Arn, Input }, due) => {
      // Named after its time, so that a restart within the same second does not start it twice.
      const name = `schedule-${new Date(due).toISOString().slice(0, 19).replaceAll(':', '-')}`;
      machine.clients.sfn
        .send(new StartExecutionCommand({ stateMachineArn: Arn, name, input: Input }))
        .catch((error: unknown) =>
          machine.console.error(
            JSON.stringify({ level: 'ERROR', message: String(error), schedule: resource.logicalId }),
          ),
        );
    });
  },
});
