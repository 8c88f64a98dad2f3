import type { Surroundings } from '../../shared/aws/runtime/dependencies.ts';

type Client = Surroundings['dynamodb' | 'sqs' | 'sfn' | 'ssm'];
type Input = Record<string, unknown>;

/** Watches real clients, and lets single calls of them go wrong. Commands by name, e.g. `SendMessageCommand`. */
export interface AwsCalls {
  /** The inputs of `command` in order, those that went wrong included. */
  of(command: string): Input[];
  /** The next call of `command` is not sent and fails with `error`. */
  failNext(command: string, error: Error): void;
  /** The next call of `command` is not sent and is answered by `answer`. */
  answerNext(command: string, answer: (input: Input) => Promise<object>): void;
  /** Before the next call of `command` is sent, `act` happens: what another process does in between. */
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
    // The clients have middleware stacks of four types, of which nothing is needed here but this.
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
