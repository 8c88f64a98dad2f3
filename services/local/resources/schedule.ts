import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mixed, object, string } from 'yup';
import { SET_BACK_MS, startScheduler } from '../emulators/scheduler.ts';
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

/**
 * Starts the run of the time `due`, which it is named after: a start within the same second does not start it twice.
 * @param begun when the schedule began, on the clock of `performance.now()`
 */
const startRun = async (
  { Arn, Input }: { readonly Arn: string; readonly Input: string },
  due: number,
  { clients: { sfn }, clock }: Machine,
  begun: number,
): Promise<void> => {
  const start = (name: string) =>
    sfn.send(new StartExecutionCommand({ stateMachineArn: Arn, name, input: Input }));
  const name = `schedule-${new Date(due).toISOString().slice(0, 19).replaceAll(':', '-')}`;
  try {
    await start(name);
  } catch (error: unknown) {
    if (!(error instanceof ExecutionAlreadyExists) || performance.now() - begun < SET_BACK_MS) throw error;
    // A clock that was ahead has used the name: the run of that time is still due.
    await start(`${name}-${clock.now()}`);
  }
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
    const begun = performance.now();
    const scheduler = startScheduler(resource, machine.clock, (target, due) => {
      const failed = report(resource, machine);
      void repeatCall(() => startRun(target, due, machine, begun), { failed, signal: stopping.signal });
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
