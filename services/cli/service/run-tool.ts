import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemCode } from '../../../shared/core/system-reason.ts';
import { ServiceFailed } from './service-failed.ts';

export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A service manager that does not answer must not hang the command. Longer than it waits for a service to stop. */
const TIMEOUT_MS = 120_000;

/** Runs a tool of the service manager in English. Throws {@link ServiceFailed} if there is no such tool. */
export const runTool = (tool: string, args: readonly string[]): Promise<ToolResult> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile(tool, args, { env, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') {
        const reason = systemCode(error) === 'ENOENT' ? 'is not installed' : 'does not answer';
        reject(
          new ServiceFailed(
            `${tool} ${reason}: this machine runs no service manager that npm run service knows.`,
          ),
        );
        return;
      }
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });

/** Runs a tool that must succeed. Throws {@link ServiceFailed} with its first line. */
export const requireTool = async (tool: string, args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await runTool(tool, args);
  if (code === 0) return stdout;
  const [reason = ''] = `${stderr}\n${stdout}`.trim().split('\n');
  throw new ServiceFailed(`${[tool, ...args].join(' ')} failed: ${reason.trim() || `exit code ${code}`}.`);
};

/** Runs a tool that prints to our output. Ctrl-C ends both. */
export const showTool = async (tool: string, args: readonly string[]): Promise<void> => {
  const child = spawn(tool, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  await once(child, 'close').catch(() => {
    throw new ServiceFailed(`${tool} is not installed.`);
  });
};
