import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { credentialsFile } from '../../services/local/data-folder/secret-file.ts';
import type { LocalServices } from '../../services/local/start.ts';
import { canonicalJson } from '../../shared/core/canonical-json.ts';
import { LOGICAL_ID, OUTPUT } from '../../shared/core/names.ts';
import { openFolder } from '../reliability/support/open-folder.ts';

type Item = Readonly<Record<string, unknown>>;

/** The key of a stored value: an item, a message, an execution, or the credentials. */
export const itemKey = (table: string, item: Item): string => `${table} ${item['pk'] ?? item['date']}`;
export const messageKey = (id: string): string => `message ${id}`;
export const executionKey = (name: string): string => `execution ${name}`;
export const CREDENTIALS = 'credentials';

/** The same text for equal items. */
export const canonical = (item: Item): string =>
  canonicalJson(
    JSON.parse(JSON.stringify(item, (_name, value) => (value instanceof Set ? [...value].sort() : value))),
  );

const TABLES = [LOGICAL_ID.ouraSleepTable, LOGICAL_ID.ouraSyncTable];
const QUEUES = [OUTPUT.workQueueUrl, OUTPUT.deadLetterQueueUrl, OUTPUT.parkedQueueUrl];

const items = async function* ({ clients }: LocalServices): AsyncGenerator<[string, string]> {
  for (const TableName of TABLES)
    for await (const { Items = [] } of paginateScan({ client: clients.dynamodb }, { TableName }))
      for (const item of Items) yield [itemKey(TableName, item), canonical(item)];
};

const messages = async function* ({ clients, outputs }: LocalServices): AsyncGenerator<[string, string]> {
  for (const output of QUEUES) {
    const receive = new ReceiveMessageCommand({ QueueUrl: outputs[output], MaxNumberOfMessages: 10 });
    for (;;) {
      const { Messages = [] } = await clients.sqs.send(receive);
      if (Messages.length === 0) break;
      for (const { MessageId = '', Body = '' } of Messages) yield [messageKey(MessageId), Body];
    }
  }
};

const executions = async ({ clients, outputs }: LocalServices): Promise<[string, string][]> => {
  const machine = { stateMachineArn: outputs[OUTPUT.syncRun] };
  const { executions: found = [] } = await clients.sfn.send(new ListExecutionsCommand(machine));
  return found.map(({ name = '', status = '' }) => [executionKey(name), status]);
};

/** Opens a data folder as a command does, and reads everything in it. */
export const readStored = async (dataDir: string): Promise<Map<string, string>> => {
  const services = await openFolder(dataDir);
  try {
    const credentials = credentialsFile(dataDir).read();
    return new Map([
      ...(await Array.fromAsync(items(services))),
      ...(await Array.fromAsync(messages(services))),
      ...(await executions(services)),
      ...(credentials === undefined ? [] : [[CREDENTIALS, credentials] as const]),
    ]);
  } finally {
    await services.stop();
  }
};
