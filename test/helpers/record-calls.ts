import type { Clients } from '../../services/local/emulators/clients.ts';
import type { CreateHandler } from '../../services/local/emulators/functions.ts';

/** One call of an AWS API. */
export interface Call {
  /** The caller: a function's folder under services/, or another recorded name. */
  readonly caller: string;
  /** The SDK's name, e.g. `UpdateItemCommand`. */
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The output; `undefined` if the call failed. */
  output?: Readonly<Record<string, unknown>>;
}

/** Records calls by caller. */
export interface CallRecorder {
  readonly calls: readonly Call[];
  /** Returns clients whose calls are recorded under `caller`. */
  watch<C extends Clients>(caller: string, clients: C): C;
  /** Wraps `create` so that the calls of its handlers are recorded under `caller`. */
  around(caller: string, create: CreateHandler): CreateHandler;
}

type Next = (args: { input: Call['input'] }) => Promise<{ output: NonNullable<Call['output']> }>;
interface Stack {
  clone(): Stack;
  add(middleware: (next: Next, context: { commandName: string }) => Next, options: object): void;
}

/** The commands that can return their consumed capacity. Only DynamoDB's can. */
const CONSUMING = /^(Batch)?(Get|Put|Update)Item/;

/** @param options.capacity whether to request `ConsumedCapacity` from DynamoDB */
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
  /** Gives the client its own middleware stack, so that it can be recorded under several names. */
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
    around: (caller, create) => (dependencies) => create(watch(caller, dependencies)),
  };
};
