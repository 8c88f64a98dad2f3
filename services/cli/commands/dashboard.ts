import { once } from 'node:events';
import { Command } from 'commander';
import { systemClock } from '../../../shared/core/clock.ts';
import { nextRunOf } from '../../../shared/core/schedule/next-run.ts';
import { type Served, serveDashboard } from '../../dashboard/server/serve.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import type { Stack } from '../../operations/stack.ts';
import { EXIT } from '../exit.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { gapActions, suggest } from '../print/advice.ts';
import { withStopSignal } from '../stop-signal.ts';
import { explainAws } from '../target/explain-aws.ts';
import { ringOfFolder } from '../target/ring-of-folder.ts';
import { type StackOptions, withServedStack } from '../target/with-stack.ts';

interface DashboardOptions extends StackOptions {
  readonly port?: number;
}

/** How often an open page looks at the pipeline: on AWS each look is some five requests. */
const LOOK_MS = { local: 1_000, aws: 5_000 } as const;

export const dashboardCommand = (): Command =>
  withStackOptions(
    new Command('dashboard')
      .description(
        'Serves a page to look at, on loopback only: nights and trends, every date of a year, the pipeline as it works, downloads. ' +
          'npm start serves it too; this is for the deployed stack (--aws), or for a data folder in which nothing runs. Ctrl-C stops it.',
      )
      .addOption(OPTION.pagePort('--port')),
  ).action(async (options: DashboardOptions) => {
    const serve = async (stack: Stack) => {
      const about = options.aws ? await aboutAws(options) : await aboutFolder(options.dataDir);
      await untilStopped(await serveDashboard({ ...stack, ...about }, options.port));
    };
    await withServedStack(options, serve);
    process.exitCode = EXIT.settled;
  });

const aboutAws = async ({ stack }: DashboardOptions) => {
  const [{ stackNameOf }, { nextSyncOnAws }] = await Promise.all([
    import('../target/aws-stack.ts'),
    import('../target/next-sync.ts'),
  ]);
  const name = stackNameOf(stack);
  return {
    source: `the deployed stack ${name}`,
    simulated: false,
    nextSync: () => nextSyncOnAws(name, systemClock),
    readOnly: undefined,
    explain: (error: unknown) => explainAws(error, name)?.message,
    lookMs: LOOK_MS.aws,
  };
};

const ENDED = 'The process that had the data folder open has ended: start this page again.';

/** The process that served the data folder answers no more. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';

const aboutFolder = async (dataDir: string) => {
  const serving = await findRunning(dataDir);
  // It may be this very process, or another page's.
  const running = serving?.consumes ? serving : undefined;
  return {
    source: `the data folder ${dataDir}`,
    simulated: ringOfFolder(dataDir) === 'simulated',
    nextSync: async () => {
      const { schedule, timeZone } = running?.settings ?? {};
      return schedule && timeZone ? nextRunOf(schedule, timeZone, systemClock.now()) : undefined;
    },
    readOnly: running
      ? undefined
      : {
          why: `Nothing runs in this data folder, so nothing can be started from here. Stop this page first; then ${suggest('start', { dataDir })} syncs and serves it, and ${suggest('redrive', { dataDir })} redrives.`,
          actions: gapActions({ dataDir }),
        },
    explain: (error: unknown) => (isRefused(error) ? ENDED : undefined),
    lookMs: LOOK_MS.local,
  };
};

const untilStopped = ({ url, prepare, stop }: Served): Promise<void> =>
  withStopSignal(async (signal) => {
    process.stdout.write(`Page      ${url}\nCtrl-C stops.\n`);
    // Where it fails, the first visitor is told.
    await prepare().catch(() => {});
    if (!signal.aborted) await once(signal, 'abort');
    await stop();
  });
