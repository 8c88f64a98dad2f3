import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { DataFolderBroken, DataFolderInUse } from '../../data-folder/errors.ts';
import type { EngineCall, EngineData, FromEngine, ToEngine } from './engine-messages.ts';

/**
 * Parsing a body of 16 MB takes up to 400 MB. A thread that reaches the limit in JSON.parse would end the whole process,
 * so the limit is more than twice as much.
 */
const LIMITS: ResourceLimits = {
  maxOldGenerationSizeMb: 1024,
  // A waiting thread would keep what its new objects once took, up to 48 MB.
  maxYoungGenerationSizeMb: 8,
};

/** The thread compiles its modules in a third of the time with the cache of the process. */
const cachedEnv = (): NodeJS.ProcessEnv => {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(folder) };
};

type Replies = Extract<FromEngine, { kind: 'replies' }>['replies'];

/** A running engine thread. */
export class Engine {
  /** Resolves with the reason when the thread has ended. */
  readonly ended: Promise<string>;
  private readonly worker: Worker;
  private readonly running: Int32Array;
  private reason: string | undefined;
  private readonly copies = new Map<number, PromiseWithResolvers<Uint8Array>>();
  private lastCopy = 0;

  /** Starts the thread. Throws {@link DataFolderInUse} or {@link DataFolderBroken} if it cannot open the file. */
  static async start(module: URL, dataDir: string, onReplies: (replies: Replies) => void): Promise<Engine> {
    const engine = new Engine(module, dataDir);
    let unusable: Error | undefined;
    await new Promise<void>((resolve, reject) => {
      engine.worker.on('message', (message: FromEngine) => {
        if (message.kind === 'replies') return onReplies(message.replies);
        if (message.kind === 'open') return resolve();
        if (message.kind === 'copied') return engine.copies.get(message.id)?.resolve(message.bytes);
        if (message.kind === 'not-copied')
          return engine.copies.get(message.id)?.reject(new Error(message.reason));
        unusable = message.inUse
          ? new DataFolderInUse(dataDir)
          : new DataFolderBroken(dataDir, message.reason);
        void engine.worker.terminate();
      });
      engine.ended.then((reason) =>
        reject(unusable ?? new DataFolderBroken(dataDir, `the DynamoDB engine does not start: ${reason}`)),
      );
    });
    return engine;
  }

  private constructor(module: URL, dataDir: string) {
    this.running = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.worker = new Worker(module, {
      workerData: { dataDir, running: this.running } satisfies EngineData,
      env: cachedEnv(),
      execArgv: [],
      resourceLimits: LIMITS,
    });
    this.worker.on('error', (error: Error) => {
      this.reason ??= error.message;
    });
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', (code) => {
        const reason = this.reason ?? `exit code ${code}`;
        for (const copy of this.copies.values())
          copy.reject(new Error(`The DynamoDB engine ended: ${reason}`));
        resolve(reason);
      });
    });
  }

  /** The id of the call that the thread runs, or NO_CALL. It stays after the end of the thread. */
  get runningCall(): number {
    return Atomics.load(this.running, 0);
  }

  send(calls: readonly EngineCall[]): void {
    this.post({ kind: 'calls', calls });
  }

  /** Resolves with the bytes of the file after every call that was sent. */
  async copy(): Promise<Uint8Array> {
    this.lastCopy += 1;
    const id = this.lastCopy;
    const copy = Promise.withResolvers<Uint8Array>();
    this.copies.set(id, copy);
    this.post({ kind: 'copy', id });
    try {
      return await copy.promise;
    } finally {
      this.copies.delete(id);
    }
  }

  private post(message: ToEngine): void {
    this.worker.postMessage(message);
  }

  /** Ends the thread at once. */
  terminate(reason: string): void {
    this.reason ??= reason;
    void this.worker.terminate();
  }

  /** Closes the file and ends the thread. */
  async close(): Promise<void> {
    this.post({ kind: 'close' });
    await this.ended;
  }
}
