import { once } from 'node:events';
import { Command } from 'commander';
import { oneTimeAddress } from '../../dashboard/server/one-time-token.ts';
import { type Served, serveDashboard } from '../../dashboard/server/serve.ts';
import { announcePage, findRunning } from '../../local/data-folder/runtime-file.ts';
import { tablesState } from '../../local/data-folder/tables.ts';
import { PACE } from '../../operations/redrive/follow-redrive.ts';
import type { Stack } from '../../operations/stack.ts';
import { namingPortOption } from '../naming-port-option.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { print } from '../print/write.ts';
import { withStopSignal } from '../stop-signal.ts';
import { explainAws } from '../target/explain-aws.ts';
import { pageKeys } from '../target/page-keys.ts';
import { isProcessGone } from '../target/process-gone.ts';
import { ringOfFolder } from '../target/ring-of-folder.ts';
import { situationOf } from '../target/situation.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

interface DashboardOptions extends StackOptions {
  readonly port?: number;
}

/** How often an open page reads the pipeline's state: on AWS each read takes about five requests. */
const LOOK_MS = { local: 1_000, aws: 5_000 } as const;

export const dashboardCommand = (): Command =>
  withStackOptions(
    new Command('dashboard')
      .description(
        'Serves a page with nights, trends, a calendar, the pipeline and downloads, on loopback only. ' +
          'npm start serves the same page: beside it, this command prints a new address for it, or serves a second page with --port. ' +
          'Each address opens the page once, within 10 minutes; the browser then stays signed in for 30 days.',
      )
      .addOption(OPTION.pagePort('--port')),
  ).action(async (options: DashboardOptions) => {
    const { aws, dataDir, port } = options;
    const served = aws || port !== undefined ? undefined : await findRunning(dataDir);
    if (served?.page) {
      const { url, tokenKey } = served.page;
      print(`Page      ${oneTimeAddress(url, tokenKey)}\nProcess ${served.pid} serves it.`);
      return;
    }
    const keys = pageKeys(aws ? undefined : dataDir);
    const serve = async (stack: Stack) => {
      const about = aws ? await aboutAws(options) : await aboutFolder(dataDir);
      const situation = () => situationOf(options, stack);
      const page = await namingPortOption({ '--port': port }, () =>
        serveDashboard({ ...stack, ...about, situation }, keys, port),
      );
      if (!aws) announcePage(dataDir, { url: page.url, tokenKey: keys.tokenKey });
      await untilStopped(page);
    };
    await withStack({ ...options, shared: true, inspects: true }, serve);
  });

const aboutAws = async ({ stack }: DashboardOptions) => {
  const { stackNameOf } = await import('../target/aws-stack.ts');
  const name = stackNameOf(stack);
  return {
    source: `the deployed stack ${name}`,
    simulated: false,
    readOnly: undefined,
    explain: (error: unknown) => explainAws(error, name)?.message,
    tablesState: () => undefined,
    lookMs: LOOK_MS.aws,
    pace: PACE.aws,
  };
};

const ENDED = 'The process that had the data folder open has stopped: start this page again.';

const aboutFolder = async (dataDir: string) => {
  const serving = await findRunning(dataDir);
  // A process that does not consume may be this one, or another page.
  const running = serving?.consumes ? serving : undefined;
  return {
    source: `the data folder ${dataDir}`,
    simulated: ringOfFolder(dataDir) === 'simulated',
    readOnly: running
      ? undefined
      : `No pipeline is running, so this page cannot start anything. Stop this page, then run ${suggest('start', { dataDir })} to sync or ${suggest('redrive', { dataDir })} to redrive.`,
    explain: (error: unknown) => (isProcessGone(error) ? ENDED : undefined),
    tablesState: () => tablesState(dataDir),
    lookMs: LOOK_MS.local,
    pace: PACE.local,
  };
};

const untilStopped = ({ address, prepare, stop }: Served): Promise<void> =>
  withStopSignal(async (signal) => {
    print(`Page      ${address()}\nCtrl-C stops.`);
    // If it fails, the first visit reports it.
    await prepare().catch(() => {});
    if (!signal.aborted) await once(signal, 'abort');
    await stop();
  });
