import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from '../../cdk/settings.ts';
import type { Dependencies } from '../../shared/aws/runtime/dependencies.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { requestBackup } from './backup/make-backup.ts';
import { makeDataFolder } from './data-folder/data-folder.ts';
import type { ExecutionStatus } from './data-folder/execution-files.ts';
import { removeRuntimeFile, writeRuntimeFile } from './data-folder/runtime-file.ts';
import { saveTemplate } from './data-folder/saved-template.ts';
import type { Clients } from './emulators/clients.ts';
import { createFunctions, importHandler, type LoadHandler } from './emulators/functions.ts';
import type { Refusal } from './emulators/refusals.ts';
import type { Secrets } from './emulators/ssm.ts';
import { executionArn } from './emulators/state-machine.ts';
import type { Machine, RunningResource } from './resources/resource.ts';
import { LOCAL_TYPES } from './resources/resource-types.ts';
import { sayWhenSlow } from './say-when-slow.ts';
import { openServices, type ServedWebhooks, type Services } from './services.ts';
import { templateOf } from './template/default-template.ts';
import type { Template } from './template/parse-template.ts';

export interface LocalOptions {
  readonly settings: Settings;
  /** Holds all data. Created with mode 0700 if it is missing. */
  readonly dataDir: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** @default the HTTP API of the template is not served */
  readonly webhooks?: ServedWebhooks;
  readonly clock: Clock;
  /** SecureString parameters by name. */
  readonly secrets: Secrets;
  /** Receives the log lines of the functions and of the DynamoDB engine. */
  readonly console: NonNullable<Dependencies['console']>;
  /** @default the template that `settings` synthesize */
  readonly template?: Template;
  /** Receives a sentence for what the user should know. @default standard error */
  readonly report?: (sentence: string) => void;
  /** The module of the DynamoDB engine's thread. @default the engine of services/local/emulators/dynamodb */
  readonly engine?: URL;
  /** Whether other commands find services that {@link openLocal} opened, rather than wait for their end. */
  readonly shared?: boolean;
}

export interface StartOptions extends LocalOptions {
  /** Whether the schedule of the template starts runs. */
  readonly schedule: boolean;
  /** @default imports the module that the function's metadata names */
  readonly loadHandler?: LoadHandler;
}

/** The stack's services on this machine. */
export interface LocalServices {
  /** `http://127.0.0.1:<port>`, a value for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly clients: Clients;
  /** The archive of a backup (backup/archive.ts). */
  backup(withCredentials: boolean): Promise<Uint8Array>;
  stop(): Promise<void>;
}

/** The whole pipeline running on this machine. */
export interface LocalRuntime extends LocalServices {
  /** Resolves when the run has ended. `output` is the result of Summarize, `undefined` if it did not complete. */
  waitForExecution(name: string): Promise<{ status: ExecutionStatus; output: unknown }>;
  /** When the schedule next starts a run, `undefined` if never. */
  nextRun(): Date | undefined;
  /** What the services cannot do at present, such as writing to a full disk. */
  refusal(): Refusal | undefined;
  /** Resolves when no run is running and the queues that functions consume are empty. */
  idle(): Promise<void>;
  /** Stops consuming messages permanently. Resolves when the running invocations have ended, or after a grace period. */
  drain(): Promise<void>;
}

const IDLE_POLL_MS = 50;

const open = async (options: LocalOptions): Promise<Services> => {
  // The CDK needs a place for temporary files, which may be this folder.
  makeDataFolder(options.dataDir);
  const template =
    options.template ??
    (await sayWhenSlow(
      options.report ?? console.error,
      'Synthesizing the stack of your settings.',
      templateOf(options.settings),
    ));
  return openServices({ ...options, template, stackName: options.settings.stackName });
};

const publicParts = ({ endpoint, resources, clients }: Services): Omit<LocalServices, 'stop'> => ({
  endpoint: endpoint.url,
  outputs: resources.outputs,
  clients,
  backup: (withCredentials) => requestBackup(endpoint.call, withCredentials),
});

/** Records in the data folder that this process serves it, so that other commands connect to this process. */
const announce = (
  { dataDir, settings }: LocalOptions,
  { endpoint: { url: endpoint, keys }, resources: { outputs } }: Services,
  { consumes }: { consumes: boolean },
): void => writeRuntimeFile(dataDir, { pid: process.pid, endpoint, consumes, ...keys, settings, outputs });

/**
 * Opens the services of the stack without its functions and schedule. Throws DataFolderInUse, DataFolderBroken,
 * PortInUse or UnsupportedTemplate.
 */
export const openLocal = async (options: LocalOptions): Promise<LocalServices> => {
  await using opened = new AsyncDisposableStack();
  const services = await open(options);
  opened.defer(() => services.end());
  if (options.shared) {
    opened.defer(() => removeRuntimeFile(options.dataDir));
    announce(options, services, { consumes: false });
  }
  const serving = opened.move();
  return { ...publicParts(services), stop: () => serving.disposeAsync() };
};

/** Starts the resources, type by type. `started` ends the types in reverse order, the resources of a type at once. */
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
 * Starts the whole pipeline. Continues with the messages of an earlier process, and starts its unfinished runs again
 * with the same name and input. Throws as {@link openLocal} does.
 */
export const startLocal = async (options: StartOptions): Promise<LocalRuntime> => {
  await using opened = new AsyncDisposableStack();
  const services = await open(options);
  opened.defer(() => services.end());
  saveTemplate(options.dataDir, services.template);
  opened.defer(() => removeRuntimeFile(options.dataDir));
  const machine: Machine = {
    ...services,
    functions: createFunctions(),
    loadHandler: options.loadHandler ?? importHandler,
    clock: options.clock,
    console: options.console,
    schedule: options.schedule,
    webhookPort: options.webhooks?.port,
  };
  const running = await startResources(services, machine, opened);
  announce(options, services, { consumes: true });
  const started = opened.move();

  const { stepFunctions } = services;
  return {
    ...publicParts(services),
    waitForExecution: async (name) => {
      const { status, output } = await stepFunctions.finished(executionArn(LOGICAL_ID.syncRun, name));
      return { status, output: output === undefined ? undefined : JSON.parse(output) };
    },
    nextRun: () => {
      const times = running.flatMap((each) => each.nextRun?.()?.getTime() ?? []);
      return times.length === 0 ? undefined : new Date(Math.min(...times));
    },
    refusal: () => services.refusals.oldest(),
    idle: async () => {
      while (!running.every((each) => each.isIdle?.() ?? true)) await delay(IDLE_POLL_MS);
    },
    drain: async () => {
      await Promise.all(running.map((each) => each.drain?.()));
    },
    stop: () => started.disposeAsync(),
  };
};
