import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { IS_PACKAGE } from '../environment/caller.ts';
import { UsageError } from '../usage-error.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The path of the CDK's command line. Throws a UsageError if it is not installed. */
export const findCdk = (): string => {
  if (IS_PACKAGE)
    throw new UsageError('A deployment needs a checkout of the project and its development dependencies.');
  try {
    return join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');
  } catch {
    throw new UsageError('The command line of the CDK is not installed: run npm ci without --omit=dev.');
  }
};

/** Runs `cdk` in this terminal. Returns whether it succeeded. */
export const runCdk = async (cdk: string, args: readonly string[]): Promise<boolean> => {
  const child = spawn(process.execPath, [cdk, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    // cdk.json starts the app with the `node` on the path.
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    },
  });
  const [code] = await once(child, 'close');
  return code === 0;
};
