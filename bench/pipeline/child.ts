import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** The result of a process, and its peak memory. */
export interface Outcome<Answer> {
  readonly answer: Answer;
  /** Peak resident memory in MB, as counted by the kernel. */
  readonly megabytes: number;
}

/** Starts a module of this folder in a separate process. */
export const startModule = (file: URL, argument: unknown): ChildProcess =>
  fork(file, [JSON.stringify(argument)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

/** Runs a module in a separate process. It must call {@link sendResult}. */
export const runModule = async <Answer>(file: URL, argument: unknown): Promise<Outcome<Answer>> => {
  const child = startModule(file, argument);
  let outcome: Outcome<Answer> | undefined;
  child.on('message', (message: Outcome<Answer>) => {
    outcome = message;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (outcome === undefined) throw new Error(`${file.pathname} exited with ${code} without a result`);
  return outcome;
};

/** In the module: returns its argument. */
export const argumentOf = <Argument>(): Argument => JSON.parse(process.argv[2] ?? 'null') as Argument;

/** In the module: sends the result to the parent process. */
export const sendResult = (answer: unknown): void => {
  process.send?.({ answer, megabytes: process.resourceUsage().maxRSS / 1024 });
};
