import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../../../shared/core/env.ts';
import { assetIn } from './assets.ts';
import { type Answer, startRuntimeApi } from './runtime-api.ts';

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start these tests by npm run test:bundles`);
  return value;
};

/** The folder of the function's asset in the assembly under test. */
export const assetOf = (functionName: string): string => assetIn(required('BUNDLES_ASSEMBLY'), functionName);

/** A bundled function, running. */
export interface BundledFunction {
  /** As Lambda invokes it: one after the other, each with `seconds` (10) until its deadline. */
  invoke(event: unknown, seconds?: number): Promise<Answer>;
  /** What it has written so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts the exact bundle of a function under AWS's runtime client, with the environment that Lambda would give it and
 * `env`. The bundle lies alone in an empty folder outside the repository: there is no node_modules to find anything in.
 */
export const startBundled = async (functionName: string, env: Env): Promise<BundledFunction> => {
  const folder = mkdtempSync(join(tmpdir(), `oura-sync-${functionName}-`));
  cpSync(assetOf(functionName), folder, { recursive: true });
  const api = await startRuntimeApi(`arn:aws:lambda:us-east-1:000000000000:function:${functionName}`);
  const child = spawn(process.execPath, [required('BUNDLES_RUNTIME_CLIENT'), 'index.handler'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html: all that a function finds, and no more.
    env: {
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: functionName,
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: folder,
      LANG: 'en_US.UTF-8',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TZ: ':UTC',
      ...env,
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const exited = once(child, 'exit');
  const died = exited.then(([code]) => Promise.reject(new Error(`The function ended with ${code}: ${log}`)));
  died.catch(() => undefined);
  return {
    invoke: (event, seconds = 10) => Promise.race([api.invoke(event, seconds), died]),
    log: () => log,
    stop: async () => {
      child.kill();
      await exited;
      await api.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
