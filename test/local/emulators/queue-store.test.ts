import { jest } from '@jest/globals';
import { SnsStore, SqsStore } from '../../../services/local/emulators/fauxqs.ts';
import { GroupCommit, LocalQueues } from '../../../services/local/emulators/queue-store.ts';
import { newFolder, removeFolders } from '../support/machine.ts';

afterEach(removeFolders);

const URL = 'http://127.0.0.1/000000000000/Queue';
const ARN = 'arn:aws:sqs:local:000000000000:Queue';

test('a full disk costs the turn that it refuses and no other, and no change throws where nothing catches it', async () => {
  const folder = newFolder();
  const persistence = new GroupCommit(folder);
  const queues = new LocalQueues();
  queues.persistence = persistence;
  const queue = queues.createQueue('Queue', URL, ARN);
  queue.persistence = persistence;
  await persistence.committed();
  const send = (body: string) => queue.enqueue(SqsStore.createMessage(body, {}));
  send('before');
  await persistence.committed();
  // SQLite then answers as on a full disk.
  persistence.db.exec('PRAGMA max_page_count = 1');
  for (let turn = 0; turn < 2; turn += 1) {
    send('lost '.repeat(10_000));
    await expect(persistence.committed()).rejects.toThrow('full');
  }
  persistence.db.exec('PRAGMA max_page_count = 1000000');
  send('after');
  await persistence.committed();
  persistence.close();
  const reopened = new GroupCommit(folder);
  const loaded = new LocalQueues();
  reopened.loadSqsAndSns(loaded, new SnsStore());
  expect(loaded.getQueueByName('Queue')?.messages.map(({ body }) => body)).toEqual(['before', 'after']);
  reopened.close();
});

test('a message in flight is visible in time although the clock is set back, and a retry as late as it was meant to be', () => {
  jest.useFakeTimers({ now: Date.parse('2026-03-10T12:00:00Z') });
  try {
    const queue = new LocalQueues().createQueue('Queue', URL, ARN);
    const receive = () => queue.dequeue(10, 60, () => undefined).length;
    for (const body of ['one', 'two']) queue.enqueue(SqsStore.createMessage(body, {}));
    expect(receive()).toBe(2);
    const [retried] = queue.inspectMessages().inflight;
    queue.changeVisibility(retried?.receiptHandle ?? '', 600);
    jest.advanceTimersByTime(30_000);
    jest.setSystemTime(Date.parse('2026-03-10T11:00:00Z'));
    expect(receive()).toBe(0);
    jest.advanceTimersByTime(29_000);
    expect(receive()).toBe(0);
    jest.advanceTimersByTime(1_500);
    expect(receive()).toBe(1);
    // In flight again for 60 s. The other one follows 600 s after it was asked for.
    jest.advanceTimersByTime(530_000);
    expect(receive()).toBe(1);
    jest.advanceTimersByTime(10_000);
    expect(receive()).toBe(1);
  } finally {
    jest.useRealTimers();
  }
});
