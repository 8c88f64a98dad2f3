import { Command, Option } from 'commander';
import { PORTALS, type PortalName } from '../../../shared/oura/credentials/portals.ts';
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
        "Connects to your Oura account: says what to enter in Oura's portal, opens the browser, and keeps the credentials in the " +
          "data folder (readable by you alone) or, with --aws, in the deployed stack's SecureString parameter. " +
          'Client ID and secret are asked for, or taken from OURA_CLIENT_ID and OURA_CLIENT_SECRET. ' +
          'Exit 0 connected, or not tried while Oura cannot be asked; 1 not connected, rejected, reconnect needed, or not to be told; 2 wrong usage.',
      )
      .addOption(
        new Option(
          '--portal <name>',
          'where the application was made: developer (developer.ouraring.com) or cloud (cloud.ouraring.com); default: as the ' +
            'connection that is stored, else developer. ' +
            'OURA_AUTHORIZE_URL and OURA_TOKEN_URL replace its addresses',
        ).choices(Object.keys(PORTALS)),
      )
      .addOption(OPTION.callbackPort().default(DEFAULT_CALLBACK_PORT))
      .addOption(OPTION.wait().default(300))
      .option('--no-open', 'print the address, and open no browser')
      .addOption(
        OPTION.import(
          'take the credentials from a JSON file instead: client_id, client_secret, access_token, refresh_token, expires_at, ' +
            'token_url (a URL, or the name of a portal), optionally scopes',
        ).conflicts(['portal', 'status']),
      )
      .addOption(
        new Option('--status', 'tell who is connected, the scopes, expiry and last refresh').conflicts(
          'portal',
        ),
      )
      .addOption(
        new Option('--format <format>', 'how to print --status (default: text)').choices(['text', 'json']),
      ),
  ).action(async (options: ConnectCommandOptions) => {
    process.exitCode = await connect(options);
  });

const connect = async (options: ConnectCommandOptions): Promise<number> => {
  if (options.status) {
    const { printConnectionStatus } = await import('../connect/status.ts');
    return printConnectionStatus(options, options.format ?? 'text', process.env);
  }
  if (options.format) throw new UsageError('--format is for --status.');
  // Told at once, and not when everything has been answered.
  if (!options.aws) checkRingOfFolder(options.dataDir, 'real');
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
  return EXIT.settled;
};
