import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Day, dayIn } from '../../../shared/contract/day.ts';
import { OUTPUT } from '../../../shared/contract/names.ts';
import type { Connection } from '../../../shared/oura/connection.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { outputOf } from '../../analytics/ledger.ts';
import { suggest } from '../print/advice.ts';
import { OURA } from '../ring.ts';
import { localSettings } from '../settings.ts';
import { type StackOptions, withStack } from '../with-stack.ts';
import { type ReconnectNeeded, reconnectNeeded, refreshState } from './reconnect.ts';
import { type ConnectionStore, folderStore, stackStore } from './store.ts';

/** What is to be connected: a data folder, or a deployed stack. */
export interface ConnectTarget {
  readonly store: ConnectionStore;
  /** Where the API is. */
  readonly baseUrl: string;
  readonly today: Day;
  /** Whether the ledger knows the connection to be worth nothing. */
  rejection(connection: Connection): Promise<ReconnectNeeded | undefined>;
  /** The command that runs next. */
  readonly next: string;
  /** This very command, for another attempt. */
  readonly again: string;
}

/** Runs `work` on the target that the options mean. Throws a UsageError for a missing login, region, right or stack. */
export const withConnectTarget = async <Result>(
  options: StackOptions,
  env: NodeJS.ProcessEnv,
  work: (target: ConnectTarget) => Promise<Result>,
): Promise<Result> => {
  const now = systemClock.now();
  const named = options.aws && options.stack ? ['--stack', options.stack] : [];
  const again = suggest('connect', options, ...named);
  if (options.aws) {
    return withStack(options, (stack) =>
      work({
        store: stackStore(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter)),
        baseUrl: outputOf(stack, OUTPUT.ouraApiBaseUrl),
        today: dayIn(outputOf(stack, OUTPUT.timeZone), now),
        rejection: async (connection) => reconnectNeeded(connection, await refreshState(stack)),
        next: suggest('start', options, '--once', ...named),
        again,
      }),
    );
  }
  const { dataDir } = options;
  return work({
    store: folderStore(dataDir),
    baseUrl: env['OURA_API_BASE_URL'] || OURA,
    today: dayIn(localSettings().timeZone, now),
    // A folder in which nothing has run yet has no ledger, and looking must not make one.
    rejection: async (connection) =>
      existsSync(join(dataDir, 'dynamodb'))
        ? withStack({ dataDir }, async (stack) => reconnectNeeded(connection, await refreshState(stack)))
        : undefined,
    next: suggest('start', options),
    again,
  });
};
