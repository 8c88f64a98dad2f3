import { stateMachineArn } from '../../../services/local/emulators/state-machine.ts';
import { queueArn } from '../../../services/local/resources/queue.ts';
import { ACCOUNT, REGION } from '../../../services/local/template/arn.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import type { Call } from '../../helpers/record-calls.ts';

/** A question to IAM about a call. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  /** The partition keys of the items, if it is a table. */
  readonly keys?: readonly string[];
}

export const tableArn = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
export const parameterArn = (name: string): string => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`;
export const logStreamArn = (group: string): string => `${group.replace(/:\*$/, '')}:log-stream:stream`;

const SERVICES: readonly [prefix: string, of: (input: Call['input']) => string[] | undefined][] = [
  ['dynamodb', ({ TableName }) => (typeof TableName === 'string' ? [tableArn(TableName)] : undefined)],
  [
    'dynamodb',
    ({ RequestItems }) => (isObject(RequestItems) ? Object.keys(RequestItems).map(tableArn) : undefined),
  ],
  [
    'sqs',
    ({ QueueUrl }) =>
      typeof QueueUrl === 'string' ? [queueArn(QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1))] : undefined,
  ],
  ['ssm', ({ Name }) => (typeof Name === 'string' ? [parameterArn(Name)] : undefined)],
  ['states', ({ stateMachineArn: arn }) => (typeof arn === 'string' ? [arn] : undefined)],
  [
    'states',
    ({ taskToken }) => (taskToken === undefined ? undefined : [stateMachineArn(LOGICAL_ID.syncRun)]),
  ],
];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A batch of messages needs the permission of one: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
const permissionOf = (prefix: string, command: string): string => {
  const operation = command.replace(/Command$/, '');
  return `${prefix}:${prefix === 'sqs' ? operation.replace(/Batch$/, '') : operation}`;
};

/** The partition keys in the ledger that a call names. */
const keysOf = ({ Key, RequestItems }: Call['input']): string[] => {
  const named = isObject(RequestItems)
    ? Object.values(RequestItems).flatMap(({ Keys }: { Keys?: object[] }) => Keys ?? [])
    : [];
  return [Key, ...named].flatMap((key) => (isObject(key) && 'pk' in key ? [String(key.pk)] : []));
};

/** The permissions that a call needs. Throws for an unknown kind of call, which must not remain unchecked. */
export const requestsOf = ({ command, input }: Call): Request[] => {
  for (const [prefix, resources] of SERVICES) {
    const found = resources(input);
    const keys = keysOf(input);
    if (found)
      return found.map((resource) => ({
        action: permissionOf(prefix, command),
        resource,
        ...(keys.length > 0 && { keys }),
      }));
  }
  throw new Error(`Which permission does ${command} need? It was given ${Object.keys(input).join(', ')}`);
};
