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
