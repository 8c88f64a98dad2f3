import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { watchMemory } from './memory.ts';

/** What a process and its children took, from their start to their exit. */
export interface Taken {
  readonly seconds: number;
  /** CPU time in user and system mode, of all threads. */
  readonly cpuSeconds: number;
  /** Peak resident memory in MB of the largest process. */
  readonly megabytes: number;
}

/** Bash waits for the command and its children, and knows their exact CPU time. $0 is the file for it. */
const TIMED = `TIMEFORMAT='%U %S'; { time "$@" 2>&3; } 3>&2 2>"$0"`;

/**
 * Runs Node with `args` and measures it. Throws if it fails.
 * @param options.folder for the file with the CPU time
 */
export const runTimed = async (
  args: readonly string[],
  { folder, env }: { folder: string; env: NodeJS.ProcessEnv },
): Promise<Taken> => {
  const file = join(folder, 'cpu-seconds');
  const begun = performance.now();
  const child = spawn('bash', ['-c', TIMED, file, process.execPath, ...args], {
    env: { PATH: process.env['PATH'], TZ: 'UTC', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => ({
    code: code as number | null,
    seconds: (performance.now() - begun) / 1000,
  }));
  const megabytes = await watchMemory(child.pid ?? 0, ended);
  const { code, seconds } = await ended;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  const [user, system] = (await readFile(file, 'utf8')).trim().split(' ').map(Number);
  return { seconds, cpuSeconds: (user ?? Number.NaN) + (system ?? Number.NaN), megabytes };
};
