import { createHash } from 'node:crypto';
import {
  type Persistence,
  PersistenceManager,
  type QueueStore,
  SqsStore,
  type StoredMessage,
  type StoredQueue,
} from './fauxqs.ts';

/** Throws if a file contradicts itself: SQLite's structures, a message without its queue, or the checksum of a body. */
export const verifyQueues = (db: Pick<Persistence['db'], 'prepare'>): void => {
  const [check] = db.prepare('PRAGMA integrity_check(1)').all();
  if (check?.['integrity_check'] !== 'ok') throw new Error(String(check?.['integrity_check']));
  if (db.prepare('PRAGMA foreign_key_check').all().length > 0)
    throw new Error('a message belongs to no queue');
  for (const { message_id, body, md5_of_body } of db
    .prepare('SELECT message_id, body, md5_of_body FROM sqs_messages')
    .all())
    if (createHash('md5').update(String(body)).digest('hex') !== md5_of_body)
      throw new Error(`the message ${message_id} has a wrong checksum`);
};

/**
 * The persistence of fauxqs, with the writes of one turn of the event loop in one SQLite transaction. A move between
 * queues deletes and inserts a message, and a SIGKILL must not separate the two. A batch of ten also costs one sync of
 * the disk (about 2 ms) rather than ten. Every reply must wait for {@link committed}.
 *
 * If a turn cannot be written, fauxqs keeps its changes in memory. Its callers see an error and repeat their calls. A process that
 * starts again finds the messages as they were before that turn, so one is delivered again rather than lost.
 */
export class GroupCommit extends PersistenceManager {
  private pending: Promise<void> | undefined;
  /** Why the changes of this turn cannot be written. */
  private failure: unknown;

  /** Resolves when everything written so far is on disk. */
  async committed(): Promise<void> {
    await this.pending;
  }

  /**
   * A change that fails does not throw: fauxqs also makes changes in timers, where that would end the process. The callers of
   * this turn learn of it by {@link committed}.
   */
  private write(change: () => void): void {
    if (this.pending === undefined) {
      this.pending = new Promise((resolve, reject) => {
        setImmediate(() => {
          try {
            this.commit();
            resolve();
          } catch (error: unknown) {
            reject(error);
          }
        });
      });
      // Replies await it. The failure of a write without a reply must not end the process.
      this.pending.catch(() => undefined);
      this.attempt(() => this.db.exec('BEGIN'));
    }
    if (this.failure === undefined) this.attempt(change);
  }

  private attempt(change: () => void): void {
    try {
      change();
    } catch (error: unknown) {
      this.failure = error;
    }
  }

  /** Writes all changes of this turn, or none. */
  private commit(): void {
    if (this.pending === undefined) return;
    this.pending = undefined;
    if (this.failure === undefined) this.attempt(() => this.db.exec('COMMIT'));
    const { failure } = this;
    if (failure === undefined) return;
    this.failure = undefined;
    try {
      this.db.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back already after some errors, such as a full disk.
    }
    throw failure;
  }

  override insertQueue(...args: Parameters<InstanceType<typeof PersistenceManager>['insertQueue']>): void {
    this.write(() => super.insertQueue(...args));
  }

  override deleteQueue(name: string): void {
    this.write(() => super.deleteQueue(name));
  }

  override updateQueueAttributes(
    ...args: Parameters<InstanceType<typeof PersistenceManager>['updateQueueAttributes']>
  ): void {
    this.write(() => super.updateQueueAttributes(...args));
  }

  override insertMessage(queueName: string, message: StoredMessage): void {
    this.write(() => super.insertMessage(queueName, message));
  }

  override deleteMessage(messageId: string): void {
    this.write(() => super.deleteMessage(messageId));
  }

  override updateMessageInflight(
    ...args: Parameters<InstanceType<typeof PersistenceManager>['updateMessageInflight']>
  ): void {
    this.write(() => super.updateMessageInflight(...args));
  }

  /** fauxqs sets the receive count to NULL here, which its own schema rejects: ChangeMessageVisibility 0 would fail. */
  override updateMessageReady(messageId: string): void {
    this.write(() => {
      this.db
        .prepare(
          'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
        )
        .run(messageId);
    });
  }

  override deleteQueueMessages(queueName: string): void {
    this.write(() => super.deleteQueueMessages(queueName));
  }

  /**
   * Makes the messages that were in flight in an earlier process visible, and does not count that receive. The receive
   * limit is for messages that fail, and a power cut is not a failure of the message. This includes delayed retries
   * (ChangeMessageVisibility): a restart retries them at once.
   */
  releaseInFlight(): void {
    this.db.exec(
      `UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL,
       approximate_receive_count = MAX(approximate_receive_count - 1, 0) WHERE receipt_handle IS NOT NULL`,
    );
  }

  /** Throws if the file contradicts itself. */
  verify(): void {
    verifyQueues(this.db);
  }

  /** The bytes of the file with every change so far, as SQLite would write them without a log. */
  copy(): Uint8Array {
    this.commit();
    return this.db.serialize();
  }

  override close(): void {
    try {
      this.commit();
    } finally {
      super.close();
    }
  }
}

/** Deletes messages older than the retention period, which SQS counts from the first send. */
const dropExpired = (queue: StoredQueue): void => {
  const oldest = Date.now() - Number(queue.attributes['MessageRetentionPeriod']) * 1000;
  const expired = queue.messages.filter(({ sentTimestamp }) => sentTimestamp < oldest);
  if (expired.length === 0) return;
  queue.messages = queue.messages.filter(({ sentTimestamp }) => sentTimestamp >= oldest);
  for (const { messageId } of expired) queue.persistence?.deleteMessage(messageId);
};

/** A clock that is adjusted by less is not worth a change. */
const LEAST_SET_BACK_MS = 1000;

/**
 * Compares the clock of the machine with the monotonic one. Returns a function that returns by how many milliseconds the clock was
 * set back since the last call. After a sleep of the machine it is ahead of the monotonic one, which is no difference here.
 */
const watchSetBack = (): (() => number) => {
  let skew = Date.now() - performance.now();
  return () => {
    const before = skew;
    skew = Date.now() - performance.now();
    return before - skew > LEAST_SET_BACK_MS ? before - skew : 0;
  };
};

/**
 * The queues of fauxqs, with a retention period and a receive count per queue. fauxqs keeps the count when it moves a
 * message to a dead-letter queue, whose redrive policy would move the message on at the first receive.
 *
 * fauxqs compares the times of messages in flight with the clock. If the clock is set back, they are moved with it: a retry would
 * otherwise be hidden that much longer, or until a restart.
 */
export class LocalQueues extends SqsStore implements QueueStore {
  override createQueue(...args: Parameters<QueueStore['createQueue']>): StoredQueue {
    const queue = super.createQueue(...args);
    const setBack = watchSetBack();
    const processTimers = queue.processTimers.bind(queue);
    // Called by dequeue and, during a long poll, every 20 ms.
    queue.processTimers = () => {
      const behind = setBack();
      if (behind > 0)
        // 0 makes it visible at once.
        for (const { receiptHandle, visibilityDeadline } of queue.inspectMessages().inflight)
          queue.changeVisibility(receiptHandle, Math.max(0, visibilityDeadline - behind - Date.now()) / 1000);
      processTimers();
    };
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (maxCount, visibilityTimeout, resolveQueue) => {
      dropExpired(queue);
      return dequeue(maxCount, visibilityTimeout, (arn) => {
        const deadLetter = resolveQueue(arn);
        return (
          deadLetter && {
            enqueue: (message) => {
              message.approximateReceiveCount = 0;
              message.approximateFirstReceiveTimestamp = undefined;
              deadLetter.enqueue(message);
            },
          }
        );
      });
    };
    return queue;
  }
}
