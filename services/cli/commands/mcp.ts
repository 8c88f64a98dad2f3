import { Console } from 'node:console';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Command } from 'commander';
import { describeError } from '../../../shared/core/errors.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import type { StackAccess } from '../../mcp/access.ts';
import { createServer } from '../../mcp/server.ts';
import { withStackOptions } from '../options.ts';
import { assistantConfiguration } from '../print/assistant-configuration.ts';
import { print, printError } from '../print/write.ts';
import { withStopSignal } from '../stop-signal.ts';
import { isProcessGone } from '../target/process-gone.ts';
import { hasSimulatedNights } from '../target/ring-of-folder.ts';
import { situationOf } from '../target/situation.ts';
import { FREE_MS, startWhenFree } from '../target/start-when-free.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

interface McpOptions extends StackOptions {
  readonly allowSync?: boolean;
}

export const mcpCommand = (): Command =>
  withStackOptions(
    new Command('mcp')
      .description(
        'Answers the questions of an AI assistant about your nights (Model Context Protocol, on standard input and output). ' +
          'The assistant starts this command. In a terminal, it prints the configuration for the assistant, and ends. ' +
          'It only reads, unless you pass --allow-sync.',
      )
      .option('--allow-sync', 'let the assistant start a sync'),
  ).action(async ({ allowSync = false, ...options }: McpOptions) => {
    if (process.stdin.isTTY) {
      print(assistantConfiguration(options, { allowSync }));
      return;
    }
    // Standard output belongs to the protocol: a line of a library between its messages would end the connection.
    globalThis.console = new Console(process.stderr);
    const access = await accessTo(options);
    const create = () => createServer(access, { allowSync });
    await withStopSignal(async (signal) => {
      const served = serveStdio(create, {
        onerror: (error) =>
          printError(`Ignored a message of the assistant: ${describeError(error).message}.`),
      });
      // The client closes standard input when it no longer needs the server. A call that is running ends before the process does.
      await Promise.race([once(process.stdin, 'close'), once(signal, 'abort')]);
      await served.close();
    });
  });

/** Opens the stack as the other commands that read do: through the process that serves the folder, if there is one. */
const accessTo = async (options: StackOptions): Promise<StackAccess> => {
  const open: StackAccess['open'] = (work) =>
    withStack({ ...options, inspects: true }, async (stack) =>
      work({
        stack,
        situation: await situationOf(options, stack),
        simulated: hasSimulatedNights(options),
      }),
    );
  const openWhenFree: StackAccess['open'] = (work) =>
    startWhenFree(options.dataDir, () => open(work), printError);
  let pause = Promise.resolve();
  /** An assistant can ask without a break. As long as the folder was in use, it is then free: npm start may wait for it. */
  const leaveFree = async (usedMs: number): Promise<void> => {
    if (options.aws || (await findRunning(options.dataDir))) return;
    await sleep(Math.max(FREE_MS, usedMs), undefined, { ref: false });
  };
  return {
    source: await sourceOf(options),
    open: async (work) => {
      await pause;
      const begun = performance.now();
      try {
        return await openWhenFree(work);
      } catch (error: unknown) {
        // npm start has stopped since the call began. Every call can be repeated.
        if (!isProcessGone(error)) throw error;
        return await openWhenFree(work);
      } finally {
        pause = leaveFree(performance.now() - begun);
      }
    },
  };
};

const sourceOf = async ({ aws, stack, dataDir }: StackOptions): Promise<string> => {
  if (!aws) return `the data folder ${resolve(dataDir)}`;
  const { stackNameOf } = await import('../target/aws-stack.ts');
  return `the deployed stack ${stackNameOf(stack)}`;
};
