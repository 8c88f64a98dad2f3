import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process that was run to its end has told, and what it took. */
export interface Told<Answer> {
  readonly answer: Answer;
  /** The most that it ever had resident, as the kernel counts, in MB. */
  readonly megabytes: number;
}

/** Starts the module of this folder in a process of its own. */
export const startModule = (file: URL, argument: unknown): ChildProcess =>
  fork(file, [JSON.stringify(argument)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

/** Runs the module in a process of its own to its end. It calls {@link tell} with its answer. */
export const runModule = async <Answer>(file: URL, argument: unknown): Promise<Told<Answer>> => {
  const child = startModule(file, argument);
  let told: Told<Answer> | undefined;
  child.on('message', (message: Told<Answer>) => {
    told = message;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (told === undefined) throw new Error(`${file.pathname} ended with ${code} and told nothing`);
  return told;
};

/** In the module: the argument that it was started with. */
export const argumentOf = <Argument>(): Argument => JSON.parse(process.argv[2] ?? 'null') as Argument;

/** In the module: hands the answer to whoever started it. */
export const tell = (answer: unknown): void => {
  process.send?.({ answer, megabytes: process.resourceUsage().maxRSS / 1024 });
};
