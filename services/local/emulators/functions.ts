import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Handler, Surroundings } from '../../../shared/aws/runtime/dependencies.ts';
import { AppError, type Consequences, TRANSIENT } from '../../../shared/core/errors.ts';

/** An invocation failed. `errorType` is the name of what the handler threw, or Lambda's own. */
export class FunctionError extends AppError {
  override readonly name = 'FunctionError';
  override readonly consequences: Consequences = TRANSIENT;
  readonly functionName: string;
  readonly errorType: string;

  constructor(functionName: string, errorType: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.functionName = functionName;
    this.errorType = errorType;
  }
}

export type CreateHandler = (surroundings: Surroundings) => Handler<unknown, unknown>;

/** Finds the `createHandler` of a module, given by its path from the repository's root. */
export type LoadHandler = (path: string) => Promise<CreateHandler>;

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Imports the module, by the path that the function's metadata names. */
export const importHandler: LoadHandler = async (path) => {
  const module: { createHandler?: CreateHandler } = await import(pathToFileURL(join(ROOT, path)).href);
  if (typeof module.createHandler !== 'function') throw new TypeError(`${path} exports no createHandler`);
  return module.createHandler;
};

/** A function that is ready to run. */
interface LoadedFunction {
  readonly handler: Handler<unknown, unknown>;
  readonly timeoutMs: number;
  /** How many may run at once; undefined where there is no limit. */
  readonly reserved: number | undefined;
}

/** The embedded Lambda. */
export interface Functions {
  add(name: string, loaded: LoadedFunction): void;
  /** Invokes `name` as Lambda does, and gives what its handler returns. Rejects with {@link FunctionError}. */
  invoke(name: string, event: unknown): Promise<unknown>;
  /** How many may run at once, where the template reserves that. */
  reservedConcurrency(name: string): number | undefined;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Lambda ends a function that has run out of time. A promise cannot be ended: its result is ignored, and what it still
 * does is as harmless as a crash between any two of its steps.
 */
const withinTimeout = async (name: string, loaded: LoadedFunction, event: unknown): Promise<unknown> => {
  const deadline = performance.now() + loaded.timeoutMs;
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const message = `Task timed out after ${(loaded.timeoutMs / 1000).toFixed(2)} seconds`;
    timeout.reject(new FunctionError(name, 'Sandbox.Timedout', message));
  }, loaded.timeoutMs);
  const context = {
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
  try {
    // Lambda passes JSON in and out: what JSON does not carry must not reach a handler here either.
    const copy: unknown = JSON.parse(JSON.stringify(event));
    const result = await Promise.race([loaded.handler(copy, context), timeout.promise]);
    return JSON.parse(JSON.stringify(result ?? null));
  } catch (error: unknown) {
    if (error instanceof FunctionError) throw error;
    throw new FunctionError(name, nameOf(error), messageOf(error), error);
  } finally {
    clearTimeout(timer);
  }
};

/** A Lambda without functions. */
export const createFunctions = (): Functions => {
  const functions = new Map<string, LoadedFunction>();
  const running = new Map<string, number>();
  return {
    add: (name, loaded) => void functions.set(name, loaded),
    invoke: async (name, event) => {
      const loaded = functions.get(name);
      if (!loaded)
        throw new FunctionError(name, 'Lambda.ResourceNotFoundException', `There is no function ${name}`);
      const others = running.get(name) ?? 0;
      if (loaded.reserved !== undefined && others >= loaded.reserved) {
        throw new FunctionError(name, 'Lambda.TooManyRequestsException', 'Rate Exceeded.');
      }
      running.set(name, others + 1);
      try {
        return await withinTimeout(name, loaded, event);
      } finally {
        running.set(name, (running.get(name) ?? 0) - 1);
      }
    },
    reservedConcurrency: (name) => functions.get(name)?.reserved,
  };
};
