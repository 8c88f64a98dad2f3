import { setTimeout as delay } from 'node:timers/promises';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Settings } from '../../cdk/settings.ts';
import type { Surroundings } from '../../shared/aws/runtime/dependencies.ts';
import type { Clock } from '../../shared/core/clock.ts';
import type { RunInput } from '../../shared/core/messages.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { ExecutionStatus } from './data-folder/execution-files.ts';
import { removeRuntimeFile, writeRuntimeFile } from './data-folder/runtime-file.ts';
import { saveTemplate } from './data-folder/saved-template.ts';
import type { Clients } from './emulators/clients.ts';
import { importHandler, type LoadHandler, loadFunctions } from './emulators/functions.ts';
import { startEventSource } from './emulators/poller.ts';
import { type Scheduler, startScheduler } from './emulators/scheduler.ts';
import type { Secrets } from './emulators/ssm.ts';
import {
  eventSourceProperties,
  type FunctionProperties,
  functionProperties,
  scheduleProperties,
} from './resources/resource-types.ts';
import { Cleanup, openServices, type Services } from './services.ts';
import { synthesize, type Template } from './template/parse-template.ts';
import { executionArn, nameInArn, type Resource, stateMachineArn } from './template/read-resources.ts';

export interface LocalOptions {
  readonly settings: Settings;
  /** Where everything is kept; made where missing, mode 0700. */
  readonly dataDir: string;
  /** @default 0, any free one */
  readonly port?: number;
  readonly clock: Clock;
  /** SecureString parameters by name. */
  readonly secrets: Secrets;
  /** Where log lines go. */
  readonly console: NonNullable<Surroundings['console']>;
  /** @default what `settings` synthesize */
  readonly template?: Template;
}

export interface StartOptions extends LocalOptions {
  /** Whether the schedule of the template starts runs. */
  readonly schedule: boolean;
  /** @default imports the module that the function's metadata names */
  readonly loadHandler?: LoadHandler;
}

/** The stack's services on this machine. */
export interface LocalServices {
  /** `http://127.0.0.1:<port>`: what AWS_ENDPOINT_URL may be set to. */
  readonly endpoint: string;
  /** The stack's outputs by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly clients: Clients;
  stop(): Promise<void>;
}

/** The whole pipeline running on this machine. */
export interface LocalRuntime extends LocalServices {
  /** Starts a run; the same name and input again, while it runs, is the same run. Returns the execution's ARN. */
  startExecution(input: RunInput, name: string): Promise<string>;
  /** Resolves when the run has ended. `output`: what Summarize returned; undefined where it did not. */
  waitForExecution(name: string): Promise<{ status: ExecutionStatus; output: unknown }>;
  /** When the schedule next starts a run; undefined where none is scheduled. */
  nextRun(): Date | undefined;
  /** Resolves when no run is under way and no message waits in a queue that a function consumes. */
  idle(): Promise<void>;
  /** Takes no further message, for good; resolves when the running invocations have ended, or after a grace. */
  drain(): Promise<void>;
}

/** How long stopping waits for invocations that are running: longer ones are repeated by the next start. */
const STOP_GRACE_MS = 10_000;
const IDLE_LOOK_MS = 50;

const templateOf = async ({ template, settings }: LocalOptions): Promise<Template> =>
  template ?? synthesize(settings);

const open = (options: LocalOptions, template: Template): Promise<Services> =>
  openServices({
    template,
    stackName: options.settings.stackName,
    dataDir: options.dataDir,
    ...(options.port !== undefined && { port: options.port }),
    clock: options.clock,
    secrets: options.secrets,
  });

const servicesOf = (services: Services): LocalServices => ({
  endpoint: services.endpoint.url,
  outputs: services.resources.outputs,
  clients: services.clients,
  stop: () => services.end(),
});

/**
 * Opens the services of the stack, and nothing that consumes: for looking in.
 * Throws DataFolderInUse, DataFolderBroken or PortInUse, each with one clear sentence; UnknownResourceType,
 * UnknownProperty, UnknownIntrinsic or UnsupportedDefinition for a template that would run differently here.
 */
export const openLocal = async (options: LocalOptions): Promise<LocalServices> =>
  servicesOf(await open(options, await templateOf(options)));

/** Says in the data folder who serves it: whoever comes later asks this process. */
const announce = ({ dataDir, settings }: LocalOptions, services: Services, consumes: boolean): void => {
  const { url, id, accessKeyId } = services.endpoint;
  const { outputs } = services.resources;
  writeRuntimeFile(dataDir, {
    pid: process.pid,
    endpoint: url,
    id,
    consumes,
    accessKeyId,
    settings,
    outputs,
  });
};

/**
 * Opens the services of the stack as {@link openLocal} does, for longer than a look: other commands find them by the data
 * folder meanwhile.
 */
export const serveLocal = async (options: LocalOptions): Promise<LocalServices> => {
  const services = await open(options, await templateOf(options));
  const cleanup = new Cleanup();
  cleanup.add(() => services.end());
  cleanup.add(() => removeRuntimeFile(options.dataDir));
  try {
    announce(options, services, false);
  } catch (error: unknown) {
    await cleanup.run();
    throw error;
  }
  return { ...servicesOf(services), stop: () => cleanup.run() };
};

/** Starts what runs by itself, in order: functions, executions, event sources, schedule. */
const startParts = async (
  options: StartOptions,
  services: Services,
  cleanup: Cleanup,
): Promise<LocalRuntime> => {
  const { resources, endpoint, clients, sqs, stepFunctions } = services;
  const { clock, console } = options;
  const surroundings = { clock, console, ...clients };
  const functions = await loadFunctions(
    resources.of('AWS::Lambda::Function', functionProperties) as Resource<FunctionProperties>[],
    surroundings,
    options.loadHandler ?? importHandler,
  );
  stepFunctions.start(functions.invoke);
  cleanup.add(() => stepFunctions.end());

  const mappings = resources.of('AWS::Lambda::EventSourceMapping', eventSourceProperties);
  const eventSources = mappings.map((mapping) =>
    startEventSource(mapping, {
      sqs: clients.sqs,
      endpoint: endpoint.url,
      functions,
      console,
      wakePollers: sqs.wakePollers,
    }),
  );
  let drained: Promise<unknown> | undefined;
  /** Once: what has outlasted the grace is not waited for again. */
  const drain = async (): Promise<void> => {
    drained ??= Promise.all(eventSources.map((source) => source.end(STOP_GRACE_MS)));
    await drained;
  };
  cleanup.add(drain);

  const startExecution = async (arn: string, name: string, input: string): Promise<string> => {
    const reply = await clients.sfn.send(new StartExecutionCommand({ stateMachineArn: arn, name, input }));
    return reply.executionArn ?? '';
  };
  const schedulers: Scheduler[] = [];
  for (const schedule of options.schedule
    ? resources.of('AWS::Scheduler::Schedule', scheduleProperties)
    : []) {
    const scheduler = startScheduler(schedule, clock, ({ Arn, Input }, due) => {
      // Named after its time: a restart within the same second does not start it twice.
      const name = `schedule-${new Date(due).toISOString().slice(0, 19).replaceAll(':', '-')}`;
      startExecution(Arn, name, Input).catch((error: unknown) =>
        console.error(
          JSON.stringify({ level: 'ERROR', message: String(error), schedule: schedule.logicalId }),
        ),
      );
    });
    cleanup.add(() => scheduler.end());
    schedulers.push(scheduler);
  }
  const consumed = mappings.map(({ properties }) => nameInArn(properties.EventSourceArn));
  const isIdle = (): boolean =>
    stepFunctions.running() === 0 &&
    eventSources.every((source) => source.running() === 0) &&
    consumed.every((queue) => sqs.depth(queue) === 0);

  return {
    ...servicesOf(services),
    startExecution: (input, name) =>
      startExecution(stateMachineArn(LOGICAL_ID.syncRun), name, JSON.stringify(input)),
    waitForExecution: async (name) => {
      const { status, output } = await stepFunctions.finished(executionArn(LOGICAL_ID.syncRun, name));
      return { status, output: output === undefined ? undefined : JSON.parse(output) };
    },
    nextRun: () => {
      const times = schedulers.flatMap((scheduler) => scheduler.nextRun()?.getTime() ?? []);
      return times.length === 0 ? undefined : new Date(Math.min(...times));
    },
    idle: async () => {
      while (!isIdle()) await delay(IDLE_LOOK_MS);
    },
    drain,
    stop: () => cleanup.run(),
  };
};

/**
 * Starts the whole pipeline and says so in the data folder. What an earlier process left unfinished goes on: its
 * messages, and its runs from the start, with the same name and input.
 * Throws as {@link openLocal} does.
 */
export const startLocal = async (options: StartOptions): Promise<LocalRuntime> => {
  const cleanup = new Cleanup();
  try {
    const template = await templateOf(options);
    const services = await open(options, template);
    saveTemplate(options.dataDir, template);
    cleanup.add(() => services.end());
    cleanup.add(() => removeRuntimeFile(options.dataDir));
    const runtime = await startParts(options, services, cleanup);
    announce(options, services, true);
    return runtime;
  } catch (error: unknown) {
    await cleanup.run();
    throw error;
  }
};
