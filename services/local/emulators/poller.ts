import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Dependencies } from '../../../shared/aws/runtime/dependencies.ts';
import { chunks } from '../../../shared/core/chunks.ts';
import { FunctionError, type Functions, MAX_PAYLOAD_BYTES } from './functions.ts';
import { failedIds, recordOf } from './sqs-event.ts';

/** Passes the messages of a queue to a function, as an event source mapping of Lambda does. */
export interface Poller {
  /** The number of running invocations. */
  running(): number;
  /** Stops polling and waits up to `graceMs` for running invocations. */
  end(graceMs: number): Promise<void>;
}

export interface PollerOptions {
  /** Identifies the event source in the log. */
  readonly name: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** The most invocations at once. @default the reserved concurrency of the function, else five */
  readonly concurrency: number | undefined;
  /** Whether the function reports batch item failures. */
  readonly reportsFailures: boolean;
}

export interface PollerParts {
  readonly sqs: SQSClient;
  readonly functions: Functions;
  readonly console: NonNullable<Dependencies['console']>;
  /** Whether the results of an invocation can be stored now. While they cannot, a message keeps its receives for later. */
  readonly isUsable: () => boolean;
  /** Ends all long polls, so that a stop need not wait for them. */
  readonly wakePollers: () => void;
}

/** The most messages that SQS receives or deletes in one call. */
const CALL_MAX = 10;
/** `{"Records":[]}` around the records. */
const ENVELOPE_BYTES = 14;
/** Concurrent receive calls while a batch fills. */
const PARALLEL_RECEIVES = 5;
const LONG_POLL_SECONDS = 20;
/** The wait before an empty queue is polled again during the batching window. */
const WINDOW_POLL_MS = 50;
/** The wait after a failed receive, and while nothing can be stored. */
const RECOVERY_MS = 1000;
/** Lambda starts with five concurrent invocations if nothing limits them. */
const DEFAULT_CONCURRENCY = 5;

export const startPoller = (
  { name, queueArn, queueUrl: QueueUrl, functionName, batchSize, windowMs, ...options }: PollerOptions,
  { sqs, functions, console, isUsable, wakePollers }: PollerParts,
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

  /** Receives up to `max` visible messages, in concurrent calls. */
  const receiveMany = async (max: number): Promise<Message[]> => {
    const calls = Math.min(PARALLEL_RECEIVES, Math.ceil(max / CALL_MAX));
    const received = await Promise.all(
      Array.from({ length: calls }, (_, index) => receive(max - index * CALL_MAX, 0)),
    );
    return received.flat();
  };

  /** Received messages for which the last batch had no room. */
  let held: Message[] = [];

  /** Adds messages to a batch up to the longest payload of an invocation, and holds the others for the next batch. */
  const addTo = (batch: Message[], bytes: number, messages: readonly Message[]): number => {
    let sum = bytes;
    for (const message of messages) {
      sum += Buffer.byteLength(JSON.stringify(recordOf(message, queueArn))) + 1;
      if (sum <= MAX_PAYLOAD_BYTES - ENVELOPE_BYTES && held.length === 0) batch.push(message);
      else held.push(message);
    }
    return sum;
  };

  /** Receives a full batch, or the messages of one batching window. The first message opens the window. */
  const gather = async (): Promise<Message[]> => {
    const first = held.length > 0 ? held : await receive(batchSize, LONG_POLL_SECONDS);
    held = [];
    const batch: Message[] = [];
    let bytes = addTo(batch, 0, first);
    if (batch.length === 0) return batch;
    const closesAt = performance.now() + windowMs;
    for (;;) {
      const room = batchSize - batch.length;
      if (room <= 0 || ended || held.length > 0) return batch;
      // If a receive fails, the batch is processed as it is. Otherwise its messages would stay invisible until their
      // visibility timeout.
      const more = await receiveMany(room).catch((error: unknown) => {
        report(error);
        return undefined;
      });
      if (more === undefined) return batch;
      bytes = addTo(batch, bytes, more);
      const remainingMs = closesAt - performance.now();
      // Without a window, the batch ends when the queue is empty.
      if (remainingMs <= 0 && (more.length === 0 || windowMs > 0)) return batch;
      if (more.length === 0) await delay(Math.min(WINDOW_POLL_MS, remainingMs));
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
      // Deletes nothing, so the messages become visible again after their visibility timeout.
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
      if (!isUsable()) {
        await delay(RECOVERY_MS);
        continue;
      }
      const batch = await gather().catch(async (error: unknown): Promise<Message[]> => {
        if (!ended) {
          report(error);
          await delay(RECOVERY_MS);
        }
        return [];
      });
      // A message received during a stop stays in flight. The next start releases it and does not count the receive.
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
      // Repeated, because the first call does not end a receive that is not waiting yet.
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
