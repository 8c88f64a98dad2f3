import { systemClock } from '../../../shared/core/clock.ts';
import { type Day, dayIn } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { hasTables } from '../../local/data-folder/tables.ts';
import { type ConnectionHistory, connectionHistory } from '../../operations/credentials/reconnect.ts';
import { outputOf, todayOf } from '../../operations/stack.ts';
import { suggest } from '../print/advice.ts';
import { ouraBaseUrl } from '../target/ring.ts';
import { zoneOf } from '../target/time-zone.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { type ConnectionStore, folderStore, stackStore } from './store.ts';

/** The data folder or deployed stack to connect. */
export interface ConnectTarget {
  readonly store: ConnectionStore;
  /** Of Oura's API. */
  readonly baseUrl: string;
  readonly today: Day;
  /** Reads the ledger. */
  history(connection: Connection): Promise<ConnectionHistory>;
  /** The command to run next. */
  readonly next: string;
  /** This command, for another attempt. */
  readonly again: string;
}

/** Runs `work` on the selected target. Throws a UsageError for a missing login, region, permission or stack. */
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
    today: dayIn(zoneOf({ dataDir }).timeZone, systemClock.now()),
    // A folder in which nothing has run has no ledger, and reading must not create one.
    history: async (connection) =>
      hasTables(dataDir)
        ? withStack({ dataDir }, (stack) => connectionHistory(stack, connection))
        : { rejected: undefined, used: connection.refreshed_at !== null },
    next: suggest('start', options),
    again,
  });
};
