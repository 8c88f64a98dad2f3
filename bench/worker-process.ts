// Runs the worker in separate processes, each for one invocation at a time, like Lambda's environments. This measures its memory
// and CPU time without the embedded services. This file has both sides: the forked process serves invocations.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AccessKeys } from '../services/local/data-folder/access-keys.ts';
import { createClients } from '../services/local/emulators/clients.ts';
import type { CreateHandler } from '../services/local/emulators/functions.ts';
import type { LocalRuntime } from '../services/local/start.ts';
import { createHandler } from '../services/worker/handler.ts';
import type { Env } from '../shared/core/env.ts';

/** The resource usage of a worker process so far. */
export interface WorkerUsage {
  readonly invocations: number;
  /** Peak resident memory in bytes, as counted by the kernel. */
  readonly peakBytes: number;
  readonly processorSeconds: number;
}

export interface WorkerProcesses {
  /** Replaces the worker's `createHandler` in `loadHandler`. */
  readonly createHandler: CreateHandler;
  /** Sets the addresses of the services. Invocations wait for it. */
  connect(runtime: Pick<LocalRuntime, 'endpoint' | 'clients'>): Promise<void>;
  /** The usage of each started process. */
  usage(): Promise<WorkerUsage[]>;
  stop(): Promise<void>;
}

interface Services {
  readonly endpoint: string;
  readonly keys: AccessKeys;
}
interface Invoke {
  readonly id: number;
  readonly event: unknown;
  readonly timeLeftMs: number;
}
type ToWorker =
  | { readonly start: Services & { readonly env: Env; readonly clockAheadMs: number } }
  | { readonly invoke: Invoke }
  | { readonly usage: number };
interface FromWorker {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

const serve = (): void => {
  let handler: ReturnType<CreateHandler> | undefined;
  let invocations = 0;
  const reply = (answer: FromWorker) => process.send?.(answer);
  process.on('message', (message: ToWorker) => {
    if ('start' in message) {
      const { env, endpoint, keys, clockAheadMs } = message.start;
      const clock = { now: () => Date.now() + clockAheadMs };
      handler = createHandler({
        ...createClients(endpoint, keys),
        env,
        clock,
      }) as ReturnType<CreateHandler>;
    } else if ('usage' in message) {
      const { user, system } = process.cpuUsage();
      const usage: WorkerUsage = {
        invocations,
        peakBytes: process.resourceUsage().maxRSS * 1024,
        processorSeconds: (user + system) / 1e6,
      };
      reply({ id: message.usage, result: usage });
    } else {
      const { id, event, timeLeftMs } = message.invoke;
      const ends = performance.now() + timeLeftMs;
      const context = {
        awsRequestId: String(id),
        getRemainingTimeInMillis: () => Math.max(0, ends - performance.now()),
      };
      invocations += 1;
      Promise.resolve(handler?.(event, context)).then(
        (result) => reply({ id, result }),
        (error: unknown) => reply({ id, error: String(error) }),
      );
    }
  });
};

interface WorkerProcess {
  busy: boolean;
  send(message: ToWorker): void;
  call(message: (id: number) => ToWorker): Promise<unknown>;
  stop(): Promise<void>;
}

const startProcess = (nodeOptions: readonly string[]): WorkerProcess => {
  const child: ChildProcess = fork(import.meta.filename, ['serve'], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...nodeOptions],
    // The log is not needed here.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let ids = 0;
  child.on('message', ({ id, result, error }: FromWorker) => {
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error));
    waiting.delete(id);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('The worker process has ended'));
  });
  return {
    busy: false,
    send: (message) => child.send(message),
    call: (message) => {
      const answer = Promise.withResolvers<unknown>();
      ids += 1;
      waiting.set(ids, answer);
      child.send(message(ids));
      return answer.promise;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
};

/**
 * The Node options of Lambda's runtime for a function of `megabytes` (from the bootstrap of AWS's base images): a tenth for young
 * objects, in two halves, and the rest for old ones. V8 fills the available memory before it collects garbage, so without a limit
 * the resident memory does not show how much is needed.
 */
export const lambdaMemoryOptions = (megabytes: number): string[] => {
  const young = Math.floor(megabytes / 10);
  return [`--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${megabytes - young}`];
};

/** Invocations start processes with `nodeOptions` on demand. */
export const startWorkerProcesses = (nodeOptions: readonly string[]): WorkerProcesses => {
  const processes: WorkerProcess[] = [];
  const connected = Promise.withResolvers<Services>();
  return {
    createHandler:
      ({ env, clock }) =>
      async (event, context) => {
        const services = await connected.promise;
        let free = processes.find(({ busy }) => !busy);
        if (!free) {
          free = startProcess(nodeOptions);
          free.send({ start: { ...services, env, clockAheadMs: clock.now() - Date.now() } });
          processes.push(free);
        }
        free.busy = true;
        try {
          const timeLeftMs = context.getRemainingTimeInMillis();
          return await free.call((id) => ({ invoke: { id, event, timeLeftMs } }));
        } finally {
          free.busy = false;
        }
      },
    connect: async ({ endpoint, clients }) => {
      connected.resolve({ endpoint, keys: await clients.sqs.config.credentials() });
    },
    usage: () =>
      Promise.all(processes.map((each) => each.call((id) => ({ usage: id })) as Promise<WorkerUsage>)),
    stop: async () => {
      await Promise.all(processes.map((each) => each.stop()));
    },
  };
};

if (process.argv[2] === 'serve' && process.send) serve();
