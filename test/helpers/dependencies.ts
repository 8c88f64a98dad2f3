import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { readSettings } from '../../cdk/settings.ts';
import type { AccessKeys } from '../../services/local/data-folder/access-keys.ts';
import { type Clients, createOwnClients } from '../../services/local/emulators/clients.ts';
import { executionArn, stateMachineArn } from '../../services/local/emulators/state-machine.ts';
import { lambdaFunction } from '../../services/local/resources/function.ts';
import { openServices } from '../../services/local/services.ts';
import type { Dependencies } from '../../shared/aws/runtime/dependencies.ts';
import type { Env } from '../../shared/core/env.ts';
import type { PlanEvent, RunInput } from '../../shared/core/messages.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { type AwsCalls, watchCalls } from './aws-calls.ts';
import { type TestClock, testClock } from './clock.ts';
import { type TestLog, testLog } from './log.ts';
import { createQueues, type TestQueues } from './queues.ts';
import { stackTemplate } from './stack-template.ts';
import { clearTables } from './tables.ts';

/** The stack's embedded services for one test file. Only the tests consume the queues. */
export interface TestStack {
  /** The dependencies of a handler, with the environment from the template and `changes` on top. */
  of(functionName: string, changes?: Env): Dependencies;
  /** The clients of the handlers; `calls` records them. */
  readonly aws: Clients;
  /** The keys of the endpoint, for other processes. */
  readonly keys: AccessKeys;
  /** The folder with all data of the services. */
  readonly dataDir: string;
  /** Clients whose calls are not recorded, to act as other processes and to inspect data. */
  readonly raw: Clients;
  readonly clock: TestClock;
  /** The stack's outputs by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly queues: TestQueues;
  /** Every call to an AWS service since the last `clear`. */
  readonly calls: AwsCalls;
  /** The log since the last `clear`. */
  log(): TestLog;
  /** Starts an execution of the stack's state machine and returns the planner's event. */
  startRun(run_id: string, input?: RunInput): Promise<PlanEvent>;
  /** Whether the run's `Plan` still waits for its callback. */
  isWaiting(run_id: string): Promise<boolean>;
  /** Resolves with the input of `Summarize` once `Plan` has ended. */
  afterPlan(run_id: string): Promise<{ plan?: unknown; failure?: unknown }>;
  /** Clears tables, queues, recorded calls and log. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export const API_KEY = 'test-key-7f3a';

/**
 * Starts the services in a temporary folder from the synthesized template with `settings`.
 * @param apiKey the personal token; empty to use credentials.json in the folder
 */
export const openStack = async (
  settings: Record<string, unknown> = {},
  apiKey = API_KEY,
): Promise<TestStack> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-stack-'));
  const given = readSettings(settings);
  const clock = testClock('2026-03-10T12:00:00-07:00');
  const services = await openServices({
    template: await stackTemplate(given),
    stackName: given.stackName,
    dataDir,
    clock,
    secrets: apiKey === '' ? {} : { [given.ouraApiKeyParameter]: apiKey },
  });
  const { clients: raw, resources, stepFunctions } = services;
  const { destroy, ...aws } = createOwnClients(services.endpoint);
  const calls = watchCalls(Object.values(aws));
  const queues = createQueues(raw.sqs, services.endpoint.url);
  let log = testLog();

  const functions = resources.of(lambdaFunction);
  const plans = new Map<string, (event: PlanEvent) => void>();
  // Plan's event goes to the test that started the run. Summarize's input becomes the output of the execution.
  stepFunctions.start(LOGICAL_ID.syncRun, async (name, payload) => {
    if (name !== LOGICAL_ID.planner) return payload;
    const event = payload as PlanEvent;
    plans.get(event.run_id)?.(event);
    return undefined;
  });

  return {
    aws,
    keys: services.endpoint.keys,
    dataDir,
    raw,
    clock,
    outputs: resources.outputs,
    queues,
    calls,
    log: () => log,
    of: (functionName, changes = {}) => {
      const found = functions.find(({ logicalId }) => logicalId === functionName);
      if (!found) throw new Error(`The template has no function ${functionName}`);
      const env = { ...found.properties.Environment?.Variables, ...changes };
      return { ...aws, env, clock, console: log.console };
    },
    startRun: async (run_id, input = { trigger: 'manual' }) => {
      if (plans.has(run_id)) throw new Error(`The run ${run_id} has been started before`);
      const planned = new Promise<PlanEvent>((resolve) => plans.set(run_id, resolve));
      const arn = stateMachineArn(LOGICAL_ID.syncRun);
      await raw.sfn.send(
        new StartExecutionCommand({ stateMachineArn: arn, name: run_id, input: JSON.stringify(input) }),
      );
      return planned;
    },
    isWaiting: async (run_id) => {
      const arn = executionArn(LOGICAL_ID.syncRun, run_id);
      return (await raw.sfn.send(new DescribeExecutionCommand({ executionArn: arn }))).status === 'RUNNING';
    },
    afterPlan: async (run_id) => {
      const { output } = await stepFunctions.finished(executionArn(LOGICAL_ID.syncRun, run_id));
      return (JSON.parse(output ?? '{}') as { state: object }).state;
    },
    clear: async () => {
      await clearTables(raw.dynamodb);
      await queues.purge();
      calls.clear();
      log = testLog();
    },
    stop: async () => {
      destroy();
      await services.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
