import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** A command ended with an exit code other than 0. The message shows the end of what it printed. */
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

export interface Command {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Where all output is added; default: nowhere. */
  readonly log?: string;
}

export interface Children {
  /** Starts a process that lives until `end`. */
  start(file: string, args: readonly string[], command: Command): ChildProcess;
  /** Runs a program to its end, and returns what it printed on both outputs. Throws {@link CommandFailed}. */
  run(file: string, args: readonly string[], command: Command): Promise<string>;
  /** Kills whatever still runs, with all that it has started. */
  end(): void;
}

/** Child processes, each the leader of a group of its own: so its children die with it. */
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
          // It has ended by itself meanwhile.
        }
      }
    },
  };
};
