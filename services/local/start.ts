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
import { createFunctions, importHandler, type LoadHandler } from './emulators/functions.ts';
import type { Secrets } from './emulators/ssm.ts';
import { executionArn, stateMachineArn } from './emulators/state-machine.ts';
import type { Machine, RunningResource } from './resources/resource.ts';
import { LOCAL_TYPES } from './resources/resource-types.ts';
import { openServices, type Services } from './services.ts';
import { synthesize, type Template } from './template/parse-template.ts';

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

const IDLE_LOOK_MS = 50;

/** Opens the services with the template that was given, or that the settings synthesize. */
const open = async (options: LocalOptions): Promise<{ services: Services; template: Template }> => {
  const template = options.template ?? (await synthesize(options.settings));
  const services = await openServices({ ...options, template, stackName: options.settings.stackName });
  return { services, template };
};

const servicesOf = ({ endpoint, resources, clients }: Services): Omit<LocalServices, 'stop'> => ({
  endpoint: endpoint.url,
  outputs: resources.outputs,
  clients,
});

/**
 * Opens the services of the stack, and nothing that consumes: for looking in.
 * Throws DataFolderInUse, DataFolderBroken or PortInUse, each with one clear sentence; UnsupportedTemplate,
 * UnsupportedTemplate, UnsupportedTemplate or UnsupportedTemplate for a template that would run differently here.
 */
export const openLocal = async (options: LocalOptions): Promise<LocalServices> => {
  const { services } = await open(options);
  return { ...servicesOf(services), stop: () => services.end() };
};

/** Says in the data folder who serves it: whoever comes later asks this process. */
const announce = ({ dataDir, settings }: LocalOptions, services: Services, consumes: boolean): void => {
  const { id, accessKeyId } = services.endpoint;
  const { endpoint, outputs } = servicesOf(services);
  writeRuntimeFile(dataDir, { pid: process.pid, endpoint, id, consumes, accessKeyId, settings, outputs });
};

/**
 * Opens the services of the stack as {@link openLocal} does, for longer than a look: other commands find them by the data
 * folder meanwhile.
 */
export const serveLocal = async (options: LocalOptions): Promise<LocalServices> => {
  await using opened = new AsyncDisposableStack();
  const { services } = await open(options);
  opened.defer(() => services.end());
  opened.defer(() => removeRuntimeFile(options.dataDir));
  announce(options, services, false);
  const serving = opened.move();
  return { ...servicesOf(services), stop: () => serving.disposeAsync() };
};

/** Starts the resources that work by themselves, type by type. `started` ends the types in reverse, each all at once. */
const startResources = async (
  { resources }: Services,
  machine: Machine,
  started: AsyncDisposableStack,
): Promise<readonly RunningResource[]> => {
  const running: RunningResource[] = [];
  for (const type of LOCAL_TYPES) {
    const ofType: RunningResource[] = [];
    started.defer(async () => {
      await Promise.all(ofType.map((each) => each.end()));
    });
    for (const resource of resources.of(type)) {
      const begun = await type.start?.(resource, machine);
      if (begun) ofType.push(begun);
    }
    running.push(...ofType);
  }
  return running;
};

/**
 * Starts the whole pipeline and says so in the data folder. What an earlier process left unfinished goes on: its
 * messages, and its runs from the start, with the same name and input.
 * Throws as {@link openLocal} does.
 */
export const startLocal = async (options: StartOptions): Promise<LocalRuntime> => {
  await using opened = new AsyncDisposableStack();
  const { services, template } = await open(options);
  opened.defer(() => services.end());
  saveTemplate(options.dataDir, template);
  opened.defer(() => removeRuntimeFile(options.dataDir));
  const machine: Machine = {
    ...services,
    functions: createFunctions(),
    loadHandler: options.loadHandler ?? importHandler,
    clock: options.clock,
    console: options.console,
    schedule: options.schedule,
  };
  const running = await startResources(services, machine, opened);
  announce(options, services, true);
  const started = opened.move();

  const { clients, stepFunctions } = services;
  return {
    ...servicesOf(services),
    startExecution: async (input, name) => {
      const { executionArn: arn = '' } = await clients.sfn.send(
        new StartExecutionCommand({
          stateMachineArn: stateMachineArn(LOGICAL_ID.syncRun),
          name,
          input: JSON.stringify(input),
        }),
      );
      return arn;
    },
    waitForExecution: async (name) => {
      const { status, output } = await stepFunctions.finished(executionArn(LOGICAL_ID.syncRun, name));
      return { status, output: output === undefined ? undefined : JSON.parse(output) };
    },
    nextRun: () => {
      const times = running.flatMap((each) => each.nextRun?.()?.getTime() ?? []);
      return times.length === 0 ? undefined : new Date(Math.min(...times));
    },
    idle: async () => {
      while (!running.every((each) => each.isIdle?.() ?? true)) await delay(IDLE_LOOK_MS);
    },
    drain: async () => {
      await Promise.all(running.map((each) => each.drain?.()));
    },
    stop: () => started.disposeAsync(),
  };
};
