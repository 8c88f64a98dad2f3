import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import {
  PersistenceManager,
  SnsStore,
  SqsError,
  SqsStore,
} from '../../../services/local/emulators/fauxqs.ts';
import { type LocalServices, openLocal } from '../../../services/local/start.ts';
import { localOptions, newFolder, removeFolders } from '../support/machine.ts';
import { type SmallTemplate, smallTemplate } from '../support/small-template.ts';

let opened: LocalServices | undefined;
const open = async (dataDir: string, template?: SmallTemplate): Promise<LocalServices> => {
  await opened?.stop();
  opened = await openLocal(localOptions(dataDir, { template: smallTemplate(template) }));
  return opened;
};
afterEach(async () => {
  await opened?.stop();
  opened = undefined;
  removeFolders();
});

const urlOf = ({ endpoint }: LocalServices, queue = 'WorkQueue') => `${endpoint}/000000000000/${queue}`;
const send = (services: LocalServices, MessageBody: string, queue?: string) =>
  services.clients.sqs.send(new SendMessageCommand({ QueueUrl: urlOf(services, queue), MessageBody }));
const receive = async (
  services: LocalServices,
  queue?: string,
  VisibilityTimeout?: number,
): Promise<Message[]> => {
  const { Messages } = await services.clients.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: urlOf(services, queue),
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      ...(VisibilityTimeout !== undefined && { VisibilityTimeout }),
    }),
  );
  return Messages ?? [];
};
const receives = ([message]: Message[]) => message?.Attributes?.['ApproximateReceiveCount'];

test('finds the internal modules and methods of the pinned fauxqs', () => {
  const methodsOf = (instance: object) => Object.getOwnPropertyNames(Object.getPrototypeOf(instance));
  const queues = new SqsStore();
  const queue = queues.createQueue('Queue', 'http://queue', 'arn:queue');
  expect(methodsOf(queues)).toEqual(
    expect.arrayContaining(['createQueue', 'getQueueByName', 'getQueueByArn', 'allQueues']),
  );
  expect(methodsOf(queue)).toEqual(
    expect.arrayContaining(['setAttributes', 'enqueue', 'dequeue', 'processTimers', 'cancelWaiters']),
  );
  expect(Object.keys(queue)).toEqual(
    expect.arrayContaining(['messages', 'inflightMessages', 'delayedMessages']),
  );
  expect(SqsStore.createMessage('body', {})).toMatchObject({ body: 'body', approximateReceiveCount: 0 });
  expect(Object.getOwnPropertyNames(PersistenceManager.prototype)).toEqual(
    expect.arrayContaining([
      'insertQueue',
      'deleteQueue',
      'updateQueueAttributes',
      'insertMessage',
      'deleteMessage',
      'updateMessageInflight',
      'updateMessageReady',
      'deleteQueueMessages',
      'loadSqsAndSns',
      'close',
    ]),
  );
  expect([typeof SnsStore, typeof SqsError]).toEqual(['function', 'function']);
});

test('keeps messages across a restart on another port', async () => {
  const folder = newFolder();
  await send(await open(folder), 'kept');
  expect((await receive(await open(folder))).map(({ Body }) => Body)).toEqual(['kept']);
});

test('gives a queue the attributes of the template at every start', async () => {
  const folder = newFolder();
  await open(folder, { maxReceiveCount: 3 });
  const services = await open(folder, { maxReceiveCount: 7 });
  const { Attributes } = await services.clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: urlOf(services), AttributeNames: ['All'] }),
  );
  expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:DeadLetterQueue',
    maxReceiveCount: 7,
  });
  expect(Attributes).toMatchObject({
    VisibilityTimeout: '30',
    QueueArn: 'arn:aws:sqs:us-east-1:000000000000:WorkQueue',
  });
});

test("moves a message to the dead-letter queue after the template's receives, and restarts the count", async () => {
  const services = await open(newFolder(), { maxReceiveCount: 2 });
  await send(services, 'doomed');
  expect(await receive(services, 'WorkQueue', 0)).toHaveLength(1);
  expect(await receive(services, 'WorkQueue', 0)).toHaveLength(1);
  expect(await receive(services)).toEqual([]);
  expect(receives(await receive(services, 'DeadLetterQueue'))).toBe('1');
});

test('does not make a deleted message visible again', async () => {
  const folder = newFolder();
  const services = await open(folder);
  await send(services, 'done');
  const [message] = await receive(services);
  await services.clients.sqs.send(
    new DeleteMessageCommand({ QueueUrl: urlOf(services), ReceiptHandle: message?.ReceiptHandle }),
  );
  expect(await receive(await open(folder))).toEqual([]);
});

/** Runs `script` in a process that is killed after it prints a line, or that kills itself. */
const runAndKill = async (script: string): Promise<void> => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
};
const SERVICES = new URL('../../../services/local/', import.meta.url).href;

test('makes messages in flight in a killed process visible, and does not count that receive', async () => {
  const folder = newFolder();
  await send(await open(folder), 'in flight');
  await opened?.stop();
  opened = undefined;
  await runAndKill(`
    import { openServices } from '${SERVICES}services.ts';
    import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
    const { clients, endpoint } = await openServices({
      template: ${JSON.stringify(smallTemplate())}, stackName: 'S', dataDir: ${JSON.stringify(folder)},
      clock: { now: () => Date.now() }, secrets: {},
    });
    const QueueUrl = endpoint.url + '/000000000000/WorkQueue';
    const { Messages } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    console.log(Messages[0].Body);
  `);
  const received = await receive(await open(folder));
  expect(received.map(({ Body }) => Body)).toEqual(['in flight']);
  expect(receives(received)).toBe('1');
});

test('loses no message to a SIGKILL in the middle of its move to the dead-letter queue', async () => {
  const folder = newFolder();
  const services = await open(folder, { maxReceiveCount: 1 });
  await send(services, 'between');
  await receive(services, 'WorkQueue', 0);
  await services.stop();
  opened = undefined;
  await runAndKill(`
    import { GroupCommit, LocalQueues } from '${SERVICES}emulators/queue-store.ts';
    import { SnsStore } from '${SERVICES}emulators/fauxqs.ts';
    const persistence = new GroupCommit(${JSON.stringify(`${folder}/sqs`)});
    const queues = new LocalQueues();
    persistence.loadSqsAndSns(queues, new SnsStore());
    for (const queue of queues.allQueues()) queue.persistence = persistence;
    const work = queues.getQueueByName('WorkQueue');
    work.dequeue(10, 30, (arn) => queues.getQueueByArn(arn));
    if (queues.getQueueByName('DeadLetterQueue').messages.length === 1) process.kill(process.pid, 'SIGKILL');
  `);
  const after = await open(folder, { maxReceiveCount: 1 });
  const found = [...(await receive(after)), ...(await receive(after, 'DeadLetterQueue'))];
  expect(found.map(({ Body }) => Body)).toEqual(['between']);
});
