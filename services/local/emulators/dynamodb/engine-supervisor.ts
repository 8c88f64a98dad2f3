import { setTimeout as delay } from 'node:timers/promises';
import { systemReason } from '../../../../shared/core/system-reason.ts';
import { type AwsCall, type AwsReply, operationOf } from '../aws-json.ts';
import { CULPRIT_MS, Culprits } from './culprits.ts';
import { Engine } from './engine.ts';
import type { EngineCall } from './engine-messages.ts';
import { validationError } from './errors.ts';
import { internalError, rejection } from './replies.ts';

export interface EngineOptions {
  /** Receives a sentence for each restart. @default console.error */
  readonly log?: (message: string) => void;
  /** The engine restarts if it is silent for so long while calls wait. @default 5000 */
  readonly silenceMs?: number;
  /** The module of the thread. @default engine-thread.ts */
  readonly module?: URL;
}

interface Waiting {
  readonly call: EngineCall;
  readonly resolve: (reply: AwsReply) => void;
}

/** Silence is counted in ticks of the main thread: a machine that sleeps, or a busy main thread, has none. */
const TICKS = 10;

/** Restarts that follow at once, in the time of {@link CULPRIT_MS}. After more, each pause is twice the one before. */
const PROMPT_RESTARTS = 3;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

const pauseAfter = (ends: number): number =>
  ends <= PROMPT_RESTARTS
    ? 0
    : Math.min(FIRST_PAUSE_MS * 2 ** (ends - PROMPT_RESTARTS - 1), LONGEST_PAUSE_MS);

/**
 * Keeps an engine running on a file. If its thread ends or falls silent, the calls in progress fail with an
 * InternalServerError, and the next call starts another thread.
 */
export class EngineSupervisor {
  private readonly options: Required<EngineOptions>;
  private readonly dataDir: string;
  private readonly culprits = new Culprits();
  private readonly sent = new Map<number, Waiting>();
  private unsent: Waiting[] = [];
  private engine: Engine | undefined;
  private starting = false;
  /** Why the engine did not start again. */
  private failure: string | undefined;
  private ends: number[] = [];
  private notBefore = 0;
  private lastId = 0;
  private ticker: NodeJS.Timeout | undefined;
  private silentTicks = 0;
  private lastRunning = 0;

  constructor(dataDir: string, options: EngineOptions) {
    this.dataDir = dataDir;
    this.options = {
      log: (message) => console.error(message),
      silenceMs: 5000,
      module: new URL('./engine-thread.ts', import.meta.url),
      ...options,
    };
  }

  /** Starts the engine. Throws DataFolderInUse or DataFolderBroken. */
  async start(): Promise<void> {
    const engine = await Engine.start(this.options.module, this.dataDir, (replies) => {
      this.silentTicks = 0;
      for (const [id, reply] of replies) {
        this.sent.get(id)?.resolve(reply);
        this.sent.delete(id);
      }
    });
    this.engine = engine;
    engine.ended.then((reason) => this.engineEnded(engine, reason));
  }

  call({ target, body }: Pick<AwsCall, 'target' | 'body'>): Promise<AwsReply> {
    const now = performance.now();
    if (this.culprits.refuses({ target, body }, now))
      return Promise.resolve(
        rejection(
          validationError(
            `This request ended the local engine twice. It is refused for ${CULPRIT_MS / 60_000} minutes`,
          ),
        ),
      );
    if (this.failure !== undefined && now < this.notBefore)
      return Promise.resolve(internalError(this.failure));
    this.lastId = (this.lastId % 0x7fffffff) + 1;
    const call = { id: this.lastId, target, body };
    return new Promise((resolve) => {
      this.unsent.push({ call, resolve });
      // The calls of one turn of the event loop are one message, and one commit. In a backfill, 17 calls.
      if (this.unsent.length === 1) setImmediate(() => this.flush());
    });
  }

  /**
   * Resolves with the bytes of the file as it is now, after every call that the engine has got and before all others. Rejects
   * while the engine starts again.
   */
  async copy(): Promise<Uint8Array> {
    if (!this.engine) throw new Error('The local DynamoDB engine starts again');
    return this.engine.copy();
  }

  private flush(): void {
    if (this.unsent.length === 0) return;
    if (!this.engine) {
      void this.restart();
      return;
    }
    const calls = this.unsent;
    this.unsent = [];
    for (const each of calls) this.sent.set(each.call.id, each);
    this.engine.send(calls.map(({ call }) => call));
    this.watch();
  }

  private async restart(): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    try {
      await delay(Math.max(0, this.notBefore - performance.now()));
      await this.start();
      this.failure = undefined;
    } catch (error: unknown) {
      this.failure = systemReason(error);
      this.paceRestarts();
      for (const { resolve } of this.unsent.splice(0)) resolve(internalError(this.failure));
    } finally {
      this.starting = false;
    }
    this.flush();
  }

  private paceRestarts(): void {
    const now = performance.now();
    this.ends = [...this.ends.filter((at) => at > now - CULPRIT_MS), now];
    this.notBefore = now + pauseAfter(this.ends.length);
  }

  private engineEnded(engine: Engine, reason: string): void {
    if (this.engine !== engine) return;
    this.engine = undefined;
    const culprit = this.sent.get(engine.runningCall)?.call;
    if (culprit) this.culprits.add(culprit, performance.now());
    const during = culprit ? ` while it ran ${operationOf(culprit)}` : '';
    this.options.log(
      `The DynamoDB engine ended${during}: ${reason}. ${this.sent.size} calls failed with InternalServerError, which AWS SDKs repeat. The next call starts the engine again`,
    );
    for (const { resolve } of this.sent.values())
      resolve(internalError(`The local DynamoDB engine ended${during} and starts again`));
    this.sent.clear();
    this.paceRestarts();
    this.flush();
  }

  private watch(): void {
    if (this.ticker) return;
    this.silentTicks = 0;
    this.ticker = setInterval(() => this.tick(), this.options.silenceMs / TICKS);
    this.ticker.unref();
  }

  private tick(): void {
    const running = this.engine?.runningCall ?? 0;
    this.silentTicks = running === this.lastRunning ? this.silentTicks + 1 : 0;
    this.lastRunning = running;
    const silent = this.silentTicks >= TICKS;
    if (silent) this.engine?.terminate(`no answer for ${this.options.silenceMs / 1000} seconds`);
    if (silent || this.sent.size === 0) {
      clearInterval(this.ticker);
      this.ticker = undefined;
    }
  }

  /** Closes the file after the last call. */
  async end(): Promise<void> {
    const { engine } = this;
    this.engine = undefined;
    clearInterval(this.ticker);
    await engine?.close();
  }
}
