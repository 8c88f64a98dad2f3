import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mixed, object, string } from 'yup';
import { startScheduler } from '../emulators/scheduler.ts';
import { arn, nameInArn } from '../template/arn.ts';
import { closed, IGNORED } from './properties.ts';
import { repeatCall } from './repeat-call.ts';
import { type Machine, type RunningResource, resourceType } from './resource.ts';

const isFunction = (targetArn: string): boolean => targetArn.startsWith(arn('lambda', 'function:'));

/** Logs a failed call. */
const report =
  ({ logicalId }: { readonly logicalId: string }, { console }: Machine) =>
  (error: unknown): void =>
    console.error(JSON.stringify({ level: 'ERROR', message: String(error), schedule: logicalId }));

/** Invokes a function at each time of the schedule. It starts no run, so it has no next run. */
const startInvoking = (resource: Parameters<typeof startScheduler>[0], machine: Machine): RunningResource => {
  const running = new Set<Promise<void>>();
  const { end } = startScheduler(resource, machine.clock, ({ Arn, Input }) => {
    const invocation = machine.functions
      .invoke(nameInArn(Arn), JSON.parse(Input))
      .then(() => undefined, report(resource, machine))
      .finally(() => running.delete(invocation));
    running.add(invocation);
  });
  return {
    isIdle: () => running.size === 0,
    end: async () => {
      end();
      await Promise.all(running);
    },
  };
};

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
    if (isFunction(resource.properties.Target.Arn)) return startInvoking(resource, machine);
    const stopping = new AbortController();
    const scheduler = startScheduler(resource, machine.clock, ({ Arn, Input }, due) => {
      // Named after its time, so that a restart within the same second does not start it twice.
      const name = `schedule-${new Date(due).toISOString().slice(0, 19).replaceAll(':', '-')}`;
      const command = new StartExecutionCommand({ stateMachineArn: Arn, name, input: Input });
      const failed = report(resource, machine);
      void repeatCall(() => machine.clients.sfn.send(command), { failed, signal: stopping.signal });
    });
    return {
      ...scheduler,
      end: () => {
        stopping.abort();
        scheduler.end();
      },
    };
  },
});
