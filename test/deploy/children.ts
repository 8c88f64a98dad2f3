import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** A command exited with a code other than 0. The message contains the end of its output. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly retryable = false;
  readonly output: string;
  constructor(line: string, code: number | null, output: string) {
    super(
      `${line}\nended with ${code ?? 'a signal'}:\n${output.trimEnd().split('\n').slice(-40).join('\n')}`,
    );
    this.output = output;
  }
}

interface Command {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The file for all output. Default: none. */
  readonly log?: string;
}

export interface Children {
  /** Starts a process that runs until `end`. */
  start(file: string, args: readonly string[], command: Command): ChildProcess;
  /** Runs a program and returns its output and error output. Throws {@link CommandFailed}. */
  run(file: string, args: readonly string[], command: Command): Promise<string>;
  /** Kills all remaining processes and their children. */
  end(): void;
}

/** Child processes. Each leads its own process group, so its children can be killed with it. */
export const createChildren = (): Children => {
  const running = new Set<ChildProcess>();

  const start: Children['start'] = (file, args, { env, cwd, log }) => {
    const child = spawn(file, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    if (log !== undefined) {
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (data: Buffer) => appendFileSync(log, data));
      }
    }
    return child;
  };

  return {
    start,
    run: (file, args, command) =>
      new Promise((resolve, reject) => {
        const line = [file, ...args].join(' ');
        if (command.log !== undefined) appendFileSync(command.log, `\n$ ${line}\n`);
        const child = start(file, args, command);
        let output = '';
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on('data', (data: Buffer) => {
            output += data.toString();
          });
        }
        child.once('error', reject);
        child.once('close', (code) => {
          if (code === 0) resolve(output);
          else reject(new CommandFailed(line, code, output));
        });
      }),
    end: () => {
      for (const { pid } of running) {
        if (pid === undefined) continue;
        try {
          process.kill(-pid, 'SIGKILL');
        } catch {
          // It has already ended.
        }
      }
    },
  };
};
