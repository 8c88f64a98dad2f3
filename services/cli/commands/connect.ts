import { Command, Option } from 'commander';
import { PORTALS, type PortalName } from '../../../shared/oura/credentials/portals.ts';
import { confirm } from '../confirm.ts';
import { DEFAULT_CALLBACK_PORT } from '../connect/callback-server.ts';
import { EXIT } from '../exit.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { checkRingOfFolder } from '../target/ring-of-folder.ts';
import type { StackOptions } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

interface ConnectCommandOptions extends StackOptions {
  readonly portal?: PortalName;
  readonly port: number;
  readonly wait: number;
  readonly open: boolean;
  readonly import?: string;
  readonly status?: boolean;
  readonly format?: string;
}

export const connectCommand = (): Command =>
  withStackOptions(
    new Command('connect')
      .description(
        "Connects to your Oura account: shows what to enter in Oura's portal, opens the browser, and stores the credentials in the " +
          "data folder (readable only by you) or, with --aws, in the deployed stack's SecureString parameter. " +
          'It asks for the client ID and secret, unless OURA_CLIENT_ID and OURA_CLIENT_SECRET are set. ' +
          'Exit code 0: connected, or stored while Oura cannot be reached. 1: not connected, rejected, reconnect needed, or unknown. 2: wrong usage.',
      )
      .addOption(
        new Option(
          '--portal <name>',
          'where you created the application: developer (developer.ouraring.com) or cloud (cloud.ouraring.com); default: that of ' +
            'the stored connection, else developer. ' +
            'OURA_AUTHORIZE_URL and OURA_TOKEN_URL replace its addresses',
        ).choices(Object.keys(PORTALS)),
      )
      .addOption(OPTION.callbackPort().default(DEFAULT_CALLBACK_PORT))
      .addOption(OPTION.wait().default(300))
      .option('--no-open', 'print the address without opening a browser')
      .addOption(
        OPTION.import(
          'import the credentials from a JSON file instead: client_id, client_secret, access_token, refresh_token, expires_at, ' +
            'token_url (a URL or the name of a portal), and optionally scopes',
        ).conflicts(['portal', 'status']),
      )
      .addOption(
        new Option('--status', 'show the connected user, scopes, expiry and last refresh').conflicts(
          'portal',
        ),
      )
      .addOption(
        new Option('--format <format>', 'output format of --status (default: text)').choices([
          'text',
          'json',
        ]),
      ),
  ).action(async (options: ConnectCommandOptions) => {
    process.exitCode = await connect(options);
  });

const connect = async (options: ConnectCommandOptions): Promise<number> => {
  if (options.status) {
    const { printConnectionStatus } = await import('../connect/status.ts');
    return printConnectionStatus(options, options.format ?? 'text', process.env);
  }
  if (options.format) throw new UsageError('--format needs --status.');
  // Checked here too, so that a mistake is reported before the questions.
  if (!options.aws) await checkRingOfFolder(options.dataDir, 'real');
  const { withConnectTarget } = await import('../connect/target.ts');
  const { connectGuided } = await import('../connect/connect-guided.ts');
  const { connectImported } = await import('../connect/connect-imported.ts');
  const { portal, port, wait: waitSeconds, open, aws = false, import: file } = options;
  await withConnectTarget(options, process.env, (target) =>
    file === undefined
      ? connectGuided(target, { portal, port, waitSeconds, open, aws }, process.env, {
          input: process.stdin,
          output: process.stdout,
        })
      : connectImported(target, file, aws, process.env),
  );
  return offerWebhooks(options);
};

/** Offers to subscribe to webhooks, if the stack has them and the user is at a terminal. The hint is printed in any case. */
const offerWebhooks = async (options: ConnectCommandOptions): Promise<number> => {
  if (!options.aws || !process.stdin.isTTY) return EXIT.settled;
  const { withWebhookTarget } = await import('../webhooks/target.ts');
  const { subscribe } = await import('../webhooks/change-subscriptions.ts');
  return withWebhookTarget(options, process.env, async (target) => {
    if (target.url === undefined) return EXIT.settled;
    if (!(await confirm("Subscribe to Oura's webhooks now?"))) return EXIT.settled;
    return subscribe(target, target.url, false, options);
  });
};
