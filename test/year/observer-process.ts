import '../../services/cli/environment/prepare.ts';
import { run } from '../../services/cli/program.ts';

// A process that runs the project's commands one after another, as often as a user would in a year. A process for each
// command would take longer than the year. Each command is parsed, runs and prints as in a terminal.

/** The result of a command. */
export interface Observed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const captured = async (args: readonly string[]): Promise<Observed> => {
  const texts = { stdout: '', stderr: '' };
  const originals = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      texts[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      const done = rest.find((each) => typeof each === 'function');
      if (typeof done === 'function') done();
      return true;
    };
  }
  process.exitCode = 0;
  process.argv = [process.argv[0] ?? '', process.argv[1] ?? '', ...args];
  try {
    await run();
    return { code: Number(process.exitCode), ...texts };
  } finally {
    Object.assign(process.stdout, { write: originals.stdout });
    Object.assign(process.stderr, { write: originals.stderr });
    // Each command adds its own.
    process.stdout.removeAllListeners('error');
    process.stderr.removeAllListeners('error');
    process.exitCode = 0;
  }
};

process.on('message', (args: readonly string[]) => {
  captured(args).then(
    (observed) => process.send?.(observed),
    (error: unknown) => process.send?.({ code: -1, stdout: '', stderr: String(error) } satisfies Observed),
  );
});
