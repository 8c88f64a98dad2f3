import type { Dependencies } from '../../shared/aws/runtime/dependencies.ts';

type Client = Dependencies['dynamodb' | 'sqs' | 'sfn' | 'ssm'];
type Input = Record<string, unknown>;

/** Records the calls of real clients and can make single calls fail. Commands are names, e.g. `SendMessageCommand`. */
export interface AwsCalls {
  /** The inputs of `command` in order, including failed calls. */
  of(command: string): Input[];
  /** Makes the next call of `command` fail with `error` without sending it. */
  failNext(command: string, error: Error): void;
  /** Makes the next call of `command` return `answer` without sending it. */
  answerNext(command: string, answer: (input: Input) => Promise<object>): void;
  /** Runs `act` before the next call of `command` is sent, to simulate another process. */
  beforeNext(command: string, act: () => Promise<void>): void;
  clear(): void;
}

type Interference = (input: Input, send: () => Promise<object>) => Promise<object>;

/** Adds itself to the middleware of `clients`. */
export const watchCalls = (clients: readonly Client[]): AwsCalls => {
  const calls: { command: string; input: Input }[] = [];
  const waiting: { command: string; interfere: Interference }[] = [];
  const take = (command: string): Interference | undefined => {
    const index = waiting.findIndex((one) => one.command === command);
    return index === -1 ? undefined : waiting.splice(index, 1)[0]?.interfere;
  };
  const watch =
    (
      next: (args: { input: Input }) => Promise<{ output: object }>,
      { commandName }: { commandName: string },
    ) =>
    async (args: { input: Input }) => {
      calls.push({ command: commandName, input: args.input });
      const interfere = take(commandName);
      if (!interfere) return next(args);
      const send = async () => (await next(args)).output;
      return { output: { $metadata: {}, ...(await interfere(args.input, send)) }, response: {} };
    };
  for (const client of clients) {
    // The clients have four types of middleware stacks. This is their common part.
    const stack = client.middlewareStack as unknown as {
      add(middleware: typeof watch, options: object): void;
    };
    stack.add(watch, { step: 'initialize', name: 'watchCalls' });
  }
  return {
    of: (command) => calls.filter((call) => call.command === command).map(({ input }) => input),
    failNext: (command, error) => {
      waiting.push({ command, interfere: () => Promise.reject(error) });
    },
    answerNext: (command, answer) => {
      waiting.push({ command, interfere: answer });
    },
    beforeNext: (command, act) => {
      waiting.push({
        command,
        interfere: async (_input, send) => {
          await act();
          return send();
        },
      });
    },
    clear: () => {
      calls.length = 0;
      waiting.length = 0;
    },
  };
};
