import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Dependencies, Handler } from '../../../shared/aws/runtime/dependencies.ts';
import { AppError, type Consequences, TRANSIENT } from '../../../shared/core/errors.ts';

/** An invocation failed. `errorType` is the name of the handler's error, or an error name of Lambda. */
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

export type CreateHandler = (dependencies: Dependencies) => Handler<unknown, unknown>;

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
/** The longest payload of a synchronous invocation: 6 MB. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Lambda allows the response 100 bytes more. */
const MAX_RESPONSE_BYTES = MAX_PAYLOAD_BYTES + 100;

/** Loads the `createHandler` of the module at a path from the repository's root. */
export type LoadHandler = (path: string) => Promise<CreateHandler>;

const ROOT = join(import.meta.dirname, '..', '..', '..');

export const importHandler: LoadHandler = async (path) => {
  const module: { createHandler?: CreateHandler } = await import(pathToFileURL(join(ROOT, path)).href);
  if (typeof module.createHandler !== 'function') throw new TypeError(`${path} exports no createHandler`);
  return module.createHandler;
};

interface LoadedFunction {
  readonly handler: Handler<unknown, unknown>;
  readonly timeoutMs: number;
  /** The reserved concurrency, `undefined` if there is no limit. */
  readonly reserved: number | undefined;
}

/** The embedded Lambda. */
export interface Functions {
  add(name: string, loaded: LoadedFunction): void;
  /** Returns the result of the handler. Rejects with {@link FunctionError}. */
  invoke(name: string, event: unknown): Promise<unknown>;
  reservedConcurrency(name: string): number | undefined;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Fails an invocation after its timeout. Lambda ends the process then, but a promise cannot be ended: the code runs on, and
 * its result is ignored.
 */
const withinTimeout = async (name: string, loaded: LoadedFunction, event: unknown): Promise<unknown> => {
  // Lambda passes JSON in and out, so values that JSON lacks must not reach a handler.
  const payload = JSON.stringify(event);
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
    const message = `Request must be smaller than ${MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation`;
    throw new FunctionError(name, 'Lambda.RequestTooLargeException', message);
  }
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
    const result = await Promise.race([loaded.handler(JSON.parse(payload), context), timeout.promise]);
    const response = JSON.stringify(result ?? null);
    if (Buffer.byteLength(response) > MAX_RESPONSE_BYTES) {
      const message = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
      throw new FunctionError(name, 'Function.ResponseSizeTooLarge', message);
    }
    return JSON.parse(response);
  } catch (error: unknown) {
    if (error instanceof FunctionError) throw error;
    throw new FunctionError(name, nameOf(error), messageOf(error), error);
  } finally {
    clearTimeout(timer);
  }
};

export const createFunctions = (): Functions => {
  const functions = new Map<string, LoadedFunction>();
  const running = new Map<string, number>();
  return {
    add: (name, loaded) => void functions.set(name, loaded),
    invoke: async (name, event) => {
      const loaded = functions.get(name);
      if (!loaded)
        throw new FunctionError(name, 'Lambda.ResourceNotFoundException', `Function not found: ${name}`);
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
