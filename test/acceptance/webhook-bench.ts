import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { executionArn, stateMachineArn } from '../../services/local/emulators/state-machine.ts';
import { createHandler as createPlanner } from '../../services/planner/handler.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { createHandler as createWorker } from '../../services/worker/handler.ts';
import type { Dependencies } from '../../shared/aws/runtime/dependencies.ts';
import { createRuns, type Runs } from '../../shared/aws/store/runs.ts';
import { createSleepTable, type SleepTable } from '../../shared/aws/store/sleep-table.ts';
import type { Day } from '../../shared/core/day.ts';
import type { RunInput } from '../../shared/core/messages.ts';
import { ENV, LOGICAL_ID } from '../../shared/core/names.ts';
import { WEBHOOK_GATHERING_SECONDS, type WebhookEvent } from '../../shared/core/webhook-events.ts';
import { API_KEY } from '../helpers/dependencies.ts';
import { openReceiverBench, type ReceiverBench } from '../receiver/receiver-bench.ts';

const MORNING = '2026-03-10T08:00:00-07:00';
export const TODAY = '2026-03-10';

/** What one execution did. */
interface Execution {
  readonly name: string;
  /** Seconds since the start of the test. */
  readonly plannedAt: number;
  /** The requests to Oura of its plan and of its dates, by path below `usercollection`. */
  readonly requests: readonly string[];
  readonly dates: readonly Day[];
}

/**
 * Receiver, planner and worker on the embedded services, with a simulated Oura. The tests drive the time: an execution that the
 * receiver or the planner has started is planned once the clock reaches the end of its gathering, and its dates are settled at
 * once. The names in use are those of the embedded Step Functions.
 */
export interface WebhookBench extends ReceiverBench {
  readonly ring: RingSimulator;
  readonly runs: Runs;
  readonly sleepTable: SleepTable;
  /** The executions that have been planned, in order. */
  readonly executions: readonly Execution[];
  /** Moves the clock, and plans what is due on the way. */
  advance(seconds: number): Promise<void>;
  /** Plans executions until none is left. */
  settle(): Promise<void>;
  /** Runs a plan and settles its dates, as for an execution that another trigger started. */
  run(input: RunInput, dependencies?: (of: Dependencies) => Dependencies, name?: string): Promise<Execution>;
  /** Delivers the events to a receiver, one by one. */
  receive(events: readonly WebhookEvent[]): Promise<void>;
  night(
    date: Day,
  ): ReturnType<SleepTable['get']> extends Promise<Map<Day, infer Night>>
    ? Promise<Night | undefined>
    : never;
  /** Begins a test: empty tables, {@link MORNING}, and another simulated Oura. */
  begin(): Promise<void>;
  end(): Promise<void>;
}

export const openWebhookBench = async (): Promise<WebhookBench> => {
  const receiver = await openReceiverBench();
  const { stack } = receiver;
  const { dynamodb, sfn } = stack.raw;
  const sleepTable = createSleepTable(dynamodb, LOGICAL_ID.ouraSleepTable);
  const runs = createRuns(dynamodb, LOGICAL_ID.ouraSyncTable, stack.clock, 90);
  let ring: RingSimulator;
  let executions: Execution[] = [];
  /** Seen executions, each with the time of its plan (epoch ms). */
  let seen = new Map<string, number>();
  let beganAt = 0;
  let count = 0;

  const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 30_000 };

  const settleDates = async (): Promise<void> => {
    const worker = createWorker(stack.of(LOGICAL_ID.worker, { [ENV.ouraApiBaseUrl]: ring.url }));
    for (;;) {
      const event = await stack.queues.receive('work');
      if (event.Records.length === 0) return;
      const { batchItemFailures } = await worker(event, { ...context });
      if (batchItemFailures.length > 0) return;
      await stack.queues.acknowledge('work', event.Records);
    }
  };

  const runExecution = async (
    name: string,
    input: RunInput,
    change: (of: Dependencies) => Dependencies = (of) => of,
  ): Promise<Execution> => {
    const asked = ring.calls.length;
    const planner = createPlanner(change(stack.of(LOGICAL_ID.planner, { [ENV.ouraApiBaseUrl]: ring.url })));
    const state_machine = stateMachineArn(LOGICAL_ID.syncRun);
    await planner({ task_token: `token of ${name}`, run_id: name, input, state_machine }, context);
    await settleDates();
    const run = (await runs.get(name))?.run;
    const execution = {
      name,
      plannedAt: (stack.clock.now() - beganAt) / 1000,
      requests: ring.calls.slice(asked).map(({ path }) => path.replace('/v2/usercollection/', '')),
      dates: [...(run?.stored ?? []), ...(run?.unchanged ?? []), ...(run?.no_data ?? [])].sort(),
    };
    executions.push(execution);
    return execution;
  };

  /** Notices new executions. */
  const look = async (): Promise<void> => {
    const reply = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: stateMachineArn(LOGICAL_ID.syncRun) }),
    );
    for (const { name = '' } of reply.executions ?? [])
      if (!seen.has(name)) seen.set(name, stack.clock.now() + WEBHOOK_GATHERING_SECONDS * 1000);
  };

  const planned = new Set<string>();
  const nextPlan = (): [name: string, at: number] | undefined =>
    [...seen].filter(([name]) => !planned.has(name)).sort(([, one], [, other]) => one - other)[0];

  const plan = async (name: string): Promise<void> => {
    planned.add(name);
    await runExecution(name, { trigger: 'webhook' });
    await sfn.send(new StopExecutionCommand({ executionArn: executionArn(LOGICAL_ID.syncRun, name) }));
    await look();
  };

  const advance = async (seconds: number): Promise<void> => {
    const end = stack.clock.now() + seconds * 1000;
    await look();
    for (let next = nextPlan(); next && next[1] <= end; next = nextPlan()) {
      stack.clock.set(new Date(Math.max(next[1], stack.clock.now())).toISOString());
      await plan(next[0]);
    }
    stack.clock.set(new Date(end).toISOString());
  };

  return {
    ...receiver,
    get ring() {
      return ring;
    },
    get executions() {
      return executions;
    },
    runs,
    sleepTable,
    advance,
    settle: async () => {
      await look();
      for (let next = nextPlan(); next; next = nextPlan())
        await advance((next[1] - stack.clock.now()) / 1000);
    },
    run: (input, dependencies, name = `run-${++count}`) => runExecution(name, input, dependencies),
    receive: async (events) => {
      const process = receiver.receiver();
      for (const event of events) expect(await process.deliver(event)).toMatchObject({ statusCode: 200 });
    },
    night: async (date) => (await sleepTable.get([date])).get(date),
    begin: async () => {
      await look();
      for (const name of seen.keys()) planned.add(name);
      await receiver.clear();
      // Executions outlast `clear`, and their names come from the clock: each test has milliseconds of its own.
      stack.clock.set(new Date(Date.parse(MORNING) + ++count).toISOString());
      beganAt = stack.clock.now();
      executions = [];
      seen = new Map([...seen].filter(([name]) => planned.has(name)));
      await ring?.stop();
      ring = await startRingSimulator({
        timeZone: 'America/Los_Angeles',
        clock: stack.clock,
        apiKey: API_KEY,
      });
    },
    end: async () => {
      await ring?.stop();
      await stack.stop();
    },
  } as WebhookBench;
};
