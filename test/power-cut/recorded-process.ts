import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { number, object, string } from 'yup';
import { credentialsFile } from '../../services/local/data-folder/secret-file.ts';
import type { LocalRuntime } from '../../services/local/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { addDays } from '../../shared/core/day.ts';
import { LOGICAL_ID, OUTPUT } from '../../shared/core/names.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { LAST_OVER, NOON, startPipeline } from '../reliability/support/pipeline.ts';
import type { Write } from './acknowledged.ts';
import { CREDENTIALS, canonical, executionKey, itemKey, messageKey } from './stored-values.ts';

// The process that is recorded: two runs with a restart in between, and other writers beside them. Prints a line when a
// write begins, and one when it is acknowledged. Argument: JSON of {dataDir, baseUrl, days}.

const argumentSchema = object({
  dataDir: string().required(),
  baseUrl: string().required(),
  days: number().required(),
}).required();

export type Said =
  | { readonly id: number; readonly kind: 'begun' }
  | { readonly id: number; readonly kind: 'acknowledged'; readonly writes: readonly Write[] };

const say = (line: Said): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

let calls = 0;

/** Runs `act` as a write that is acknowledged when it resolves. */
const acknowledging = async <T>(
  act: () => Promise<T>,
  writesOf: (output: T) => readonly Write[],
): Promise<T> => {
  const id = calls++;
  say({ id, kind: 'begun' });
  const output = await act();
  say({ id, kind: 'acknowledged', writes: writesOf(output) });
  return output;
};

/** The parts of inputs and outputs that name what was written. */
interface Fields {
  readonly TableName?: string;
  readonly Key?: Record<string, unknown>;
  readonly Item?: Record<string, unknown>;
  readonly Attributes?: Record<string, unknown>;
  readonly RequestItems?: Record<string, { PutRequest?: { Item: Record<string, unknown> } }[]>;
  readonly Entries?: { Id: string; MessageBody: string; ReceiptHandle: string }[];
  readonly Successful?: { Id: string; MessageId: string }[];
  readonly Messages?: { MessageId: string; ReceiptHandle: string }[];
  readonly MessageBody?: string;
  readonly MessageId?: string;
  readonly Value?: string;
  readonly name?: string;
}

/** The messages of the receipt handles. */
const received = new Map<string, string>();

/** What each command wrote, from its input and its output. A command that is missing here changes nothing. */
const WRITES: Readonly<Record<string, (input: Fields, output: Fields) => Write[]>> = {
  PutCommand: ({ TableName = '', Item = {} }) => [[itemKey(TableName, Item), canonical(Item)]],
  UpdateCommand: ({ TableName = '' }, { Attributes = {} }) => [
    [itemKey(TableName, Attributes), canonical(Attributes)],
  ],
  DeleteCommand: ({ TableName = '', Key = {} }) => [[itemKey(TableName, Key), null]],
  SendMessageCommand: ({ MessageBody = '' }, { MessageId = '' }) => [[messageKey(MessageId), MessageBody]],
  SendMessageBatchCommand: ({ Entries = [] }, { Successful = [] }) =>
    Successful.map(({ Id, MessageId }): Write => {
      const sent = Entries.find((entry) => entry.Id === Id);
      return [messageKey(MessageId), sent?.MessageBody ?? ''];
    }),
  DeleteMessageBatchCommand: ({ Entries = [] }, { Successful = [] }) =>
    Successful.map(({ Id }): Write => {
      const handle = Entries.find((entry) => entry.Id === Id)?.ReceiptHandle ?? '';
      return [messageKey(received.get(handle) ?? ''), null];
    }),
  StartExecutionCommand: ({ name = '' }) => [[executionKey(name), 'RUNNING']],
};

/** Commands that change nothing, or only what each start creates again. */
const READS = [
  ...['CreateTableCommand', 'DescribeTableCommand', 'UpdateTableCommand', 'UpdateTimeToLiveCommand'],
  ...['GetCommand', 'BatchGetCommand', 'QueryCommand', 'ScanCommand'],
  ...['GetQueueAttributesCommand', 'ChangeMessageVisibilityCommand', 'DescribeExecutionCommand'],
  ...['SendTaskSuccessCommand', 'SendTaskFailureCommand', 'ListExecutionsCommand', 'GetParameterCommand'],
];

type Send = (command: { constructor: { name: string }; input: Fields }) => Promise<Fields>;

/** Records the calls of every client of a class, also of those that start to poll before a test has them. */
const recordCalls = (prototype: object): void => {
  const clients = prototype as { send: Send };
  const { send } = clients;
  clients.send = async function (this: object, command) {
    const { input } = command;
    const name = command.constructor.name;
    const writes = WRITES[name];
    if (writes)
      return acknowledging(
        () => send.call(this, command),
        (output) => writes(input, output),
      );
    const output = await send.call(this, command);
    if (name === 'ReceiveMessageCommand')
      for (const { MessageId, ReceiptHandle } of output.Messages ?? [])
        received.set(ReceiptHandle, MessageId);
    else if (!READS.includes(name)) throw new Error(`${name} is not recorded`);
    return output;
  };
};

for (const { prototype } of [DynamoDBDocumentClient, SQSClient, SFNClient]) recordCalls(prototype);

const { dataDir, baseUrl, days } = argumentSchema.validateSync(JSON.parse(process.argv[2] ?? '{}'));

/** Between the writes beside a run, so that the run has most of the writes. */
const PAUSE_MS = 20;

/** Messages, deletions and credentials, which a run of undisturbed dates has few of. */
const writeBeside = async ({ clients, outputs }: LocalRuntime, run: string, isOver: () => boolean) => {
  const { dynamodb, sqs } = clients;
  const TableName = LOGICAL_ID.ouraSyncTable;
  for (let index = 0; !isOver(); index++) {
    const pk = `note#${index % 10}`;
    await dynamodb.send(
      new PutCommand({ TableName, Item: { pk, run, index, text: 'note '.repeat(index % 50) } }),
    );
    if (index % 3 === 0) await dynamodb.send(new DeleteCommand({ TableName, Key: { pk } }));
    const QueueUrl = outputs[OUTPUT.parkedQueueUrl];
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${run} ${index}` }));
    const text = `${run} ${index}`;
    await sleep(PAUSE_MS);
    await acknowledging(
      async () => credentialsFile(dataDir).write(text),
      () => [[CREDENTIALS, text]],
    );
  }
};

const run = async (name: string, to: string): Promise<void> => {
  const runtime = await startPipeline({
    dataDir,
    baseUrl,
    settings: { batchSize: 10, batchingWindowSeconds: 0 },
    clock: clockFrom(NOON),
  });
  let over = false;
  const beside = writeBeside(runtime, name, () => over);
  await startLocalRun(runtime, name, { trigger: 'manual', from: addDays(to, 1 - days), to });
  await acknowledging(
    () => runtime.waitForExecution(name),
    ({ status }) => [[executionKey(name), status]],
  );
  over = true;
  await beside;
  await runtime.idle();
  await runtime.stop();
};

await run('first', LAST_OVER);
await run('second', addDays(LAST_OVER, -days));
