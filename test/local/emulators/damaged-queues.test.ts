import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DataFolderBroken } from '../../../services/local/data-folder/errors.ts';
import { openSqs, type Sqs } from '../../../services/local/emulators/sqs.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { damaged, PAGE } from '../support/damage.ts';
import { newFolder, removeFolders } from '../support/machine.ts';

afterAll(removeFolders);

const URL = 'http://127.0.0.1/000000000000/Queue';
const QUEUE = { name: 'Queue', url: URL, arn: 'arn:aws:sqs:local:000000000000:Queue', attributes: {} };

const call = async ({ service }: Sqs, operation: string, input: object) => {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${operation}`,
    authorization:
      'AWS4-HMAC-SHA256 Credential=local/19700101/local/local/aws4_request, SignedHeaders=host, Signature=0',
    'x-amz-date': '19700101T000000Z',
  };
  const body = JSON.stringify({ QueueUrl: URL, ...input });
  return JSON.parse((await service({ target: `AmazonSQS.${operation}`, headers, body })).body);
};

const withQueue = async <T>(folder: string, work: (sqs: Sqs) => Promise<T>): Promise<T> => {
  const sqs = await openSqs(folder);
  try {
    await sqs.createQueue(QUEUE);
    return await work(sqs);
  } finally {
    await sqs.end();
  }
};

const bodies = async (sqs: Sqs): Promise<string[]> => {
  const received: string[] = [];
  for (;;) {
    const { Messages = [] } = await call(sqs, 'ReceiveMessage', { MaxNumberOfMessages: 10 });
    if (Messages.length === 0) return received.sort();
    received.push(...Messages.map(({ Body }: { Body: string }) => Body));
  }
};

test('the file of the queues has every message, or is reported by name, whatever was damaged', async () => {
  const intact = newFolder();
  const sent = Array.from({ length: 40 }, (_, index) => `message ${index} ${'text '.repeat(60)}`).sort();
  await withQueue(intact, async (sqs) => {
    for (const MessageBody of sent) await call(sqs, 'SendMessage', { MessageBody });
  });
  // A start has succeeded, so an empty file is not a new one.
  writeFileSync(join(intact, 'template.json'), '{}');
  const content = readFileSync(join(intact, 'sqs', 'fauxqs.db'));
  const size = content.length;
  const page = fc.nat(size / PAGE - 1).map((number) => PAGE * number);
  const damages = fc.oneof(
    fc.record({ at: page, bytes: fc.constant(new Uint8Array(PAGE)) }),
    fc.record({ at: page, from: page }),
    fc.record({ length: fc.oneof(fc.nat(size - 1), fc.nat(600)) }),
  );
  let reported = 0;
  await fc.assert(
    fc.asyncProperty(damages, async (damage) => {
      const folder = newFolder();
      cpSync(intact, folder, { recursive: true });
      writeFileSync(join(folder, 'sqs', 'fauxqs.db'), damaged(content, damage));
      try {
        expect((await withQueue(folder, bodies)).join('\n')).toBe(sent.join('\n'));
      } catch (error: unknown) {
        if (!(error instanceof DataFolderBroken)) throw error;
        expect(error.message).toContain('sqs/fauxqs.db');
        reported++;
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
    propertyRuns(200),
  );
  expect(reported).toBeGreaterThan(0);
});

test('a changed body of a message is reported by name', async () => {
  const folder = newFolder();
  await withQueue(folder, (sqs) => call(sqs, 'SendMessage', { MessageBody: 'the body of a message' }));
  const file = join(folder, 'sqs', 'fauxqs.db');
  const content = readFileSync(file);
  content.write('THE', content.indexOf('the body'));
  writeFileSync(file, content);
  expect(statSync(file).size).toBe(content.length);
  await expect(withQueue(folder, bodies)).rejects.toThrow(/sqs\/fauxqs\.db: .* wrong checksum/);
});
