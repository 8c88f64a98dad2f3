import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

export const LAUNCHER = join(import.meta.dirname, '..', '..', 'services', 'cli', 'launch.cjs');

/** The environment of a command that a test starts: no settings, and the time zone UTC. */
export const environment = (env: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  OURA_SYNC_SETTINGS: process.env['OURA_SYNC_SETTINGS'] ?? '',
  TZ: 'UTC',
  ...env,
});

/** What a tool answered. */
export interface Answered {
  readonly text: string;
  readonly isError: boolean;
  /** The parsed text; undefined for an error. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect.
  readonly value: any;
}

export interface ConnectedClient extends AsyncDisposable {
  readonly client: Client;
  ask(name: string, args?: Record<string, unknown>): Promise<Answered>;
}

/** Starts the server as an assistant does, and connects to it. */
export const connectClient = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  command: readonly string[] = [process.execPath, LAUNCHER, 'mcp'],
): Promise<ConnectedClient> => {
  const client = new Client({ name: 'test', version: '1' });
  const [program = '', ...first] = command;
  await client.connect(
    new StdioClientTransport({
      command: program,
      args: [...first, ...args],
      env: environment(env),
      stderr: 'ignore',
    }),
  );
  return {
    client,
    ask: async (name, given = {}) => {
      const { content, isError = false } = await client.callTool({ name, arguments: given });
      const [block] = content;
      const text = block?.type === 'text' ? block.text : '';
      return { text, isError, value: isError ? undefined : JSON.parse(text) };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
};
