import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../shared/core/clock.ts';
import { type Day, dayIn } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { type ConnectionHistory, connectionHistory } from '../../operations/credentials/reconnect.ts';
import { outputOf, todayOf } from '../../operations/stack.ts';
import { suggest } from '../print/advice.ts';
import { ouraBaseUrl } from '../target/ring.ts';
import { localSettings } from '../target/settings.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { type ConnectionStore, folderStore, stackStore } from './store.ts';

/** What is to be connected: a data folder, or a deployed stack. */
export interface ConnectTarget {
  readonly store: ConnectionStore;
  /** Where the API is. */
  readonly baseUrl: string;
  readonly today: Day;
  /** What the ledger knows of the connection. */
  history(connection: Connection): Promise<ConnectionHistory>;
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
  const again = suggest('connect', options);
  if (options.aws) {
    return withStack(options, (stack) =>
      work({
        store: stackStore(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter)),
        baseUrl: outputOf(stack, OUTPUT.ouraApiBaseUrl),
        today: todayOf(stack),
        history: (connection) => connectionHistory(stack, connection),
        next: suggest('start', options, '--once'),
        again,
      }),
    );
  }
  const { dataDir } = options;
  return work({
    store: folderStore(dataDir),
    baseUrl: ouraBaseUrl(env),
    today: dayIn(localSettings().timeZone, systemClock.now()),
    // A folder in which nothing has run yet has no ledger, and looking must not make one.
    history: async (connection) =>
      existsSync(join(dataDir, 'dynamodb'))
        ? withStack({ dataDir }, (stack) => connectionHistory(stack, connection))
        : { rejected: undefined, used: connection.refreshed_at !== null },
    next: suggest('start', options),
    again,
  });
};
