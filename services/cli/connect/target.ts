import { createWebhookUser } from '../../../shared/aws/store/webhook-user.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { type Day, dayIn } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { hasTables } from '../../local/data-folder/tables.ts';
import { type ConnectionHistory, connectionHistory } from '../../operations/credentials/reconnect.ts';
import { outputOf, type Stack, timeZoneOf, todayOf } from '../../operations/stack.ts';
import { suggest } from '../print/advice.ts';
import { ouraBaseUrl } from '../target/ring.ts';
import { suggestConnect } from '../target/ring-of-folder.ts';
import { zoneOf } from '../target/time-zone.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { type NextStep, nextStepIn } from './next-step.ts';
import { type ConnectionStore, folderStore, stackStore } from './store.ts';

/** The data folder or deployed stack to connect. */
export interface ConnectTarget {
  readonly store: ConnectionStore;
  /** Of Oura's API. */
  readonly baseUrl: string;
  readonly today: Day;
  readonly timeZone: string;
  /** Reads the ledger. */
  history(connection: Connection): Promise<ConnectionHistory>;
  /** Records Oura's id of the user, if the target has webhooks. Events of other users are ignored. @param userId if known */
  rememberUser(userId: string | undefined): Promise<void>;
  /** What to do once it is connected. */
  nextStep(): Promise<NextStep>;
  /** This command, for another attempt. */
  readonly again: string;
}

const hasWebhooks = ({ outputs }: Stack): boolean => outputs[OUTPUT.webhookParameter] !== undefined;

const rememberUser = async (stack: Stack, userId: string | undefined): Promise<void> => {
  if (!hasWebhooks(stack)) return;
  await createWebhookUser(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable)).set(userId);
};

/** Runs `work` on the selected target. Throws a UsageError for a missing login, region, permission or stack. */
export const withConnectTarget = async <Result>(
  options: StackOptions,
  env: NodeJS.ProcessEnv,
  work: (target: ConnectTarget) => Promise<Result>,
): Promise<Result> => {
  const again = suggestConnect(options);
  if (options.aws) {
    return withStack(options, (stack) =>
      work({
        store: stackStore(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter)),
        baseUrl: outputOf(stack, OUTPUT.ouraApiBaseUrl),
        today: todayOf(stack),
        timeZone: timeZoneOf(stack),
        history: (connection) => connectionHistory(stack, connection),
        rememberUser: (userId) => rememberUser(stack, userId),
        nextStep: async () => ({
          next: suggest('start', options, '--once'),
          webhooks: `${hasWebhooks(stack) ? '' : 'npm run deploy -- --set webhooks=true, then '}${suggest('webhooks', options, 'subscribe')}`,
        }),
        again,
      }),
    );
  }
  const { dataDir } = options;
  const { timeZone } = zoneOf({ dataDir });
  return work({
    store: folderStore(dataDir),
    baseUrl: ouraBaseUrl(env),
    today: dayIn(timeZone, systemClock.now()),
    timeZone,
    // A folder in which nothing has run has no ledger, and reading must not create one.
    history: async (connection) =>
      hasTables(dataDir)
        ? withStack({ dataDir, inspects: true }, (stack) => connectionHistory(stack, connection))
        : { rejected: undefined, used: connection.refreshed_at !== null },
    rememberUser: async (userId) => {
      if (hasTables(dataDir)) await withStack({ dataDir }, (stack) => rememberUser(stack, userId));
    },
    nextStep: () => nextStepIn(dataDir),
    again,
  });
};
