import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Surroundings } from '../../../shared/aws/runtime/dependencies.ts';
import { chunks } from '../../../shared/core/chunks.ts';
import { FunctionError, type Functions } from './functions.ts';
import { failedIds, recordOf } from './sqs-event.ts';

/** Feeds the messages of a queue to a function, as Lambda's poller does. */
export interface Poller {
  /** Invocations that are running. */
  running(): number;
  /** Takes no further message and waits for running invocations, up to `graceMs`. */
  end(graceMs: number): Promise<void>;
}

export interface PollerOptions {
  /** For the log. */
  readonly name: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Invocations at once. @default what is reserved for the function, else five */
  readonly concurrency: number | undefined;
  /** Whether the function's response names the messages that failed. */
  readonly reportsFailures: boolean;
}

export interface PollerParts {
  readonly sqs: SQSClient;
  readonly functions: Functions;
  readonly console: NonNullable<Surroundings['console']>;
  /** Ends the long polls of this machine's queues, so that stopping need not wait for them. */
  readonly wakePollers: () => void;
}

/** The most that SQS gives or deletes in one call. */
const CALL_MAX = 10;
/** Receives at once while a batch fills. */
const PARALLEL_RECEIVES = 5;
const LONG_POLL_SECONDS = 20;
/** Between two looks at a queue that had nothing more, while the batching window is open. */
const WINDOW_POLL_MS = 50;
/** Before the next receive after one that failed. */
const RECOVERY_MS = 1000;
/** Lambda starts with five invocations at once where nothing caps them. */
const DEFAULT_CONCURRENCY = 5;

/** Starts polling at once. */
export const startPoller = (
  { name, queueArn, queueUrl: QueueUrl, functionName, batchSize, windowMs, ...options }: PollerOptions,
  { sqs, functions, console, wakePollers }: PollerParts,
): Poller => {
  const concurrency =
    options.concurrency ?? functions.reservedConcurrency(functionName) ?? DEFAULT_CONCURRENCY;
  const running = new Set<Promise<void>>();
  let ended = false;

  const receive = async (max: number, waitSeconds: number): Promise<Message[]> => {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(max, CALL_MAX),
        WaitTimeSeconds: waitSeconds,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages ?? [];
  };

  /** What is visible now, up to `max`, asked in several calls at once. */
  const receiveMany = async (max: number): Promise<Message[]> => {
    const calls = Math.min(PARALLEL_RECEIVES, Math.ceil(max / CALL_MAX));
    const received = await Promise.all(
      Array.from({ length: calls }, (_, index) => receive(max - index * CALL_MAX, 0)),
    );
    return received.flat();
  };

  /** A batch: full, or what came within the window, which opens with the first message. */
  const gather = async (): Promise<Message[]> => {
    const batch = await receive(batchSize, LONG_POLL_SECONDS);
    if (batch.length === 0) return batch;
    const closesAt = performance.now() + windowMs;
    for (;;) {
      const room = batchSize - batch.length;
      if (room <= 0 || ended) return batch;
      // What is in hand is handed over even where the next receive fails: left here, it would stay hidden until its
      // visibility timeout.
      const more = await receiveMany(room).catch((error: unknown) => {
        report(error);
        return undefined;
      });
      if (more === undefined) return batch;
      batch.push(...more);
      const left = closesAt - performance.now();
      // Without a window, only what is there already: the last look found nothing more.
      if (left <= 0 && (more.length === 0 || windowMs > 0)) return batch;
      if (more.length === 0) await delay(Math.min(WINDOW_POLL_MS, left));
    }
  };

  const remove = async (messages: readonly Message[]): Promise<void> => {
    const calls = chunks(messages, CALL_MAX).map((chunk) =>
      sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: chunk.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      ),
    );
    await Promise.all(calls);
  };

  const process = async (batch: readonly Message[]): Promise<void> => {
    try {
      const Records = batch.map((message) => recordOf(message, queueArn));
      const response = await functions.invoke(functionName, { Records });
      const failed = options.reportsFailures
        ? failedIds(
            response,
            Records.map(({ messageId }) => messageId),
          )
        : [];
      await remove(batch.filter(({ MessageId = '' }) => !failed.includes(MessageId)));
    } catch (error: unknown) {
      // Nothing is deleted: the messages show again after their visibility timeout.
      report(error);
    }
  };

  const report = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    const errorName =
      error instanceof FunctionError ? error.errorType : error instanceof Error ? error.name : 'Error';
    const where = { event_source: name, function: functionName };
    console.error(JSON.stringify({ level: 'ERROR', message, error: errorName, ...where }));
  };

  const poll = async (): Promise<void> => {
    while (!ended) {
      if (running.size >= concurrency) {
        await Promise.race(running);
        continue;
      }
      const batch = await gather().catch(async (error: unknown): Promise<Message[]> => {
        if (!ended) {
          report(error);
          await delay(RECOVERY_MS);
        }
        return [];
      });
      // Received while stopping: in flight, and released uncounted by the next start.
      if (batch.length === 0 || ended) continue;
      const invocation = process(batch).finally(() => running.delete(invocation));
      running.add(invocation);
    }
  };

  const polling = poll();
  return {
    running: () => running.size,
    end: async (graceMs) => {
      ended = true;
      wakePollers();
      // Again and again: a receive that had not begun to wait yet is not woken by the first.
      const waking = setInterval(wakePollers, WINDOW_POLL_MS);
      const grace = new AbortController();
      const settled = Promise.all([polling, ...running]).finally(() => grace.abort());
      await Promise.race([
        settled,
        delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
      ]);
      clearInterval(waking);
    },
  };
};
