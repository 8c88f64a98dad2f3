import type { Clients } from '../../services/local/emulators/clients.ts';
import type { CreateHandler } from '../../services/local/emulators/functions.ts';

/** One call of an AWS API, as it was sent. */
export interface Call {
  /** Who sent it: a function's folder under services/, or whatever name it was recorded under. */
  readonly caller: string;
  /** The SDK's name, e.g. `UpdateItemCommand`. */
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What came back; undefined where the call failed. */
  output?: Readonly<Record<string, unknown>>;
}

/** Records calls by whom they are made. */
export interface CallRecorder {
  readonly calls: readonly Call[];
  /** `clients`, with every call that is made through what is returned recorded under `caller`. */
  watch<C extends Clients>(caller: string, clients: C): C;
  /** `create`, whose handlers' calls are recorded under `caller`. */
  around(caller: string, create: CreateHandler): CreateHandler;
}

type Next = (args: { input: Call['input'] }) => Promise<{ output: NonNullable<Call['output']> }>;
interface Stack {
  clone(): Stack;
  add(middleware: (next: Next, context: { commandName: string }) => Next, options: object): void;
}

/** What DynamoDB says the call consumed, where it is asked; SQS and the others do not know the question. */
const CONSUMING = /^(Batch)?(Get|Put|Update)Item/;

/** @param options.capacity whether DynamoDB is asked what each call consumed: `ConsumedCapacity` of the output */
export const recordCalls = ({ capacity = false } = {}): CallRecorder => {
  const calls: Call[] = [];
  const record =
    (caller: string) =>
    (next: Next, { commandName }: { commandName: string }): Next =>
    async (args) => {
      const call: Call = { caller, command: commandName, input: args.input };
      calls.push(call);
      const asking = capacity && CONSUMING.test(commandName);
      const input = asking ? { ...args.input, ReturnConsumedCapacity: 'TOTAL' } : args.input;
      const answer = await next({ ...args, input });
      call.output = answer.output;
      return answer;
    };
  /** The client with a middleware stack of its own, so that the same client can be watched under several names. */
  const watchOne = <C extends object>(caller: string, client: C): C => {
    const middlewareStack = (client as { middlewareStack: Stack }).middlewareStack.clone();
    middlewareStack.add(record(caller), { step: 'initialize', name: 'recordCalls' });
    return Object.assign(Object.create(client), { middlewareStack });
  };
  const watch: CallRecorder['watch'] = (caller, clients) => ({
    ...clients,
    dynamodb: watchOne(caller, clients.dynamodb),
    sqs: watchOne(caller, clients.sqs),
    sfn: watchOne(caller, clients.sfn),
    ssm: watchOne(caller, clients.ssm),
  });
  return {
    calls,
    watch,
    around: (caller, create) => (surroundings) => create(watch(caller, surroundings)),
  };
};
