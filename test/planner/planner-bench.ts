import { createHandler } from '../../services/planner/handler.ts';
import { isNewDate } from '../../shared/aws/queue/message-attributes.ts';
import { createDays, type Days } from '../../shared/aws/store/days.ts';
import { createRuns, type Runs } from '../../shared/aws/store/runs.ts';
import { createSleepTable, type SleepTable } from '../../shared/aws/store/sleep-table.ts';
import type { Day } from '../../shared/core/day.ts';
import type { Env } from '../../shared/core/env.ts';
import type { RunInput, WorkMessage } from '../../shared/core/messages.ts';
import { ENV, LOGICAL_ID } from '../../shared/core/names.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';

/** A stack with a planner at it. */
export interface PlannerBench {
  readonly stack: TestStack;
  readonly runs: Runs;
  readonly days: Days;
  readonly sleepTable: SleepTable;
  /** A planner process of its own. `timeLeftMs`: what every invocation has left, always. */
  planner(
    oura: { url: string },
    env?: Env,
    timeLeftMs?: number,
  ): (event: unknown) => Promise<{ queued: number }>;
  /** Starts a run and hands what its state machine says to `planner`. */
  start(
    planner: (event: unknown) => Promise<{ queued: number }>,
    run_id: string,
    input?: RunInput,
  ): Promise<{ queued: number }>;
  /** Takes the messages off the work queue, by date. */
  queued(): Promise<WorkMessage[]>;
  /** Takes the messages off the work queue, and returns the dates that the planner found to be new. */
  queuedAsNew(): Promise<Day[]>;
}

export const openPlannerBench = async (settings: Record<string, unknown> = {}): Promise<PlannerBench> => {
  const stack = await openStack(settings);
  const { dynamodb } = stack.raw;
  return {
    stack,
    runs: createRuns(dynamodb, LOGICAL_ID.ouraSyncTable, stack.clock, 90),
    days: createDays(dynamodb, LOGICAL_ID.ouraSyncTable),
    sleepTable: createSleepTable(dynamodb, LOGICAL_ID.ouraSleepTable),
    planner: (oura, env = {}, timeLeftMs = 30_000) => {
      const handler = createHandler(stack.of(LOGICAL_ID.planner, { [ENV.ouraApiBaseUrl]: oura.url, ...env }));
      const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => timeLeftMs };
      return (event) => handler(event, context);
    },
    start: async (planner, run_id, input) => planner(await stack.startRun(run_id, input)),
    queuedAsNew: async () => {
      const { Records } = await stack.queues.receive('work');
      await stack.queues.acknowledge('work', Records);
      return Records.filter(({ messageAttributes }) => isNewDate(messageAttributes))
        .map(({ body }) => (JSON.parse(body) as WorkMessage).date)
        .sort();
    },
    queued: async () => {
      const { Records } = await stack.queues.receive('work');
      await stack.queues.acknowledge('work', Records);
      const messages = Records.map(({ body }) => JSON.parse(body) as WorkMessage);
      return messages.sort((one, other) => one.date.localeCompare(other.date));
    },
  };
};
