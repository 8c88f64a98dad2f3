import { createWebhookSubscriptions } from '../../../shared/aws/store/webhook-subscriptions.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { hasTables } from '../../local/data-folder/tables.ts';
import { type Stored, storedInParameter } from '../../operations/credentials/stored-credentials.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { suggest } from '../print/advice.ts';
import { storedInFolder } from '../target/folder-credentials.ts';
import { ouraBaseUrl } from '../target/ring.ts';
import { ringOfFolder } from '../target/ring-of-folder.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

/** The stack whose webhooks a command shows or changes. */
export interface WebhookTarget {
  readonly connection: Connection;
  /** Of Oura's API. */
  readonly baseUrl: string;
  /** Undefined for a data folder in which no pipeline has run. */
  readonly stack: Stack | undefined;
  /** The address that receives the events of the stack; undefined if it has none. */
  readonly url: string | undefined;
}

/** Oura identifies an application by client ID and secret. Throws a UsageError if there is no connection. */
const connectionOf = (stored: Stored, options: StackOptions): Connection => {
  const connect = `run ${suggest('connect', options)}`;
  switch (stored.kind) {
    case 'connection':
      return stored.connection;
    case 'token':
      throw new UsageError(
        `Webhooks need the client ID and secret of an application, which a personal access token does not have: ${connect} first.`,
      );
    case 'none':
      throw new UsageError(`Webhooks need a connected application: ${connect} first.`);
    case 'unusable':
      throw new UsageError(`The place of the credentials ${stored.reason}: ${connect} first.`);
    case 'unreadable':
      throw new UsageError(
        'You may not read the credentials: attach the policy in the output OperatorPolicyArn.',
      );
  }
};

/** Runs `work` on the selected stack. Throws a UsageError without a connection. */
export const withWebhookTarget = async <Result>(
  options: StackOptions,
  env: NodeJS.ProcessEnv,
  work: (target: WebhookTarget) => Promise<Result>,
): Promise<Result> => {
  if (options.aws) {
    return withStack(options, async (stack) => {
      const stored = await storedInParameter(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter));
      return work({
        connection: connectionOf(stored, options),
        baseUrl: outputOf(stack, OUTPUT.ouraApiBaseUrl),
        stack,
        url: stack.outputs[OUTPUT.webhookUrl],
      });
    });
  }
  const { dataDir } = options;
  if (env['OURA_API_KEY'])
    throw new UsageError(
      'Webhooks need the client ID and secret of an application. OURA_API_KEY is a personal access token, which has neither: unset it to use the connection of the data folder.',
    );
  if (ringOfFolder(dataDir) === 'simulated')
    throw new UsageError(
      'The ring of this data folder is simulated. Its subscriptions exist only while npm start runs, which shows them. For your own ring, use another data folder.',
    );
  const connection = connectionOf(storedInFolder(dataDir), options);
  const baseUrl = ouraBaseUrl(env);
  if (!hasTables(dataDir)) return work({ connection, baseUrl, stack: undefined, url: undefined });
  return withStack({ dataDir }, async (stack) => {
    // The output is the address on this machine. Oura knows that of the tunnel or proxy, which npm start has subscribed.
    const ledger = createWebhookSubscriptions(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
    return work({ connection, baseUrl, stack, url: (await ledger.get()).callback_url });
  });
};
