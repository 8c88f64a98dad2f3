import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assistantConfiguration } from '../../../services/cli/print/assistant-configuration.ts';
import { type DataFolder, runCommand, temporaryDataDir } from '../../helpers/command.ts';
import { connectClient } from '../../helpers/mcp-client.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'assistants.md'), 'utf8');

let dataDir: DataFolder;
beforeAll(async () => {
  dataDir = await temporaryDataDir();
  expect((await runCommand(['start', '--once', '--days', '2', ...dataDir.option])).code).toBe(0);
});
afterAll(() => dataDir.remove());

/** A command line on this machine. */
const here = (words: readonly string[]): string[] =>
  words.map((word) => word.replace('/home/me/project', ROOT).replace('/home/me/oura-nights', dataDir.path));

/** The command lines in the configurations of a text, by client. */
const commandsIn = (text: string): [string, string[]][] => [
  ...[...text.matchAll(/^\{\n.*?^\}/gms)].map(([block]): [string, string[]] => {
    const { servers, mcpServers } = JSON.parse(block);
    const { command, args } = (servers ?? mcpServers)['oura-sleep'];
    return [servers ? 'VS Code' : 'Claude Desktop', [command, ...args]];
  }),
  ...[...text.matchAll(/claude mcp add --scope user oura-sleep -- (.*)/g)].map(
    ([, words = '']): [string, string[]] => ['Claude Code', words.split(' ')],
  ),
];

/** Starts the server by `command`, as the client does, and asks it. */
const answerOf = async (command: readonly string[]) => {
  await using assistant = await connectClient([], {}, command);
  const { value } = await assistant.ask('status');
  return { stored: value.nights.stored, source: value.freshness.source };
};

test.each(commandsIn(PAGE))('the configuration for %s in docs/assistants.md works', async (_, command) => {
  expect(await answerOf(here(command))).toEqual({ stored: 2, source: `the data folder ${dataDir.path}` });
});

test('docs/assistants.md has the configuration for three clients', () => {
  expect(commandsIn(PAGE).map(([client]) => client)).toEqual(['Claude Desktop', 'VS Code', 'Claude Code']);
});

test('the configuration that the command prints works', async () => {
  const printed = commandsIn(assistantConfiguration({ dataDir: dataDir.path }, { allowSync: false }));
  expect(printed).toHaveLength(2);
  const [[, first], [, second]] = printed as [[string, string[]], [string, string[]]];
  expect(first).toEqual(second);
  expect((await answerOf(first)).stored).toBe(2);
});

test('the printed configuration selects what the options select', () => {
  const argumentsOf = (...[target, options]: Parameters<typeof assistantConfiguration>) =>
    commandsIn(assistantConfiguration(target, options))[0]?.[1].slice(2);
  expect(argumentsOf({ dataDir: '.data', aws: true, stack: 'Mine' }, { allowSync: true })).toEqual([
    ...['mcp', '--aws', '--stack', 'Mine', '--allow-sync'],
  ]);
  expect(argumentsOf({ dataDir: 'nights' }, { allowSync: false })).toEqual([
    ...['mcp', '--data-dir', join(process.cwd(), 'nights')],
  ]);
});

test('docs/assistants.md describes every tool', async () => {
  await using assistant = await connectClient([...dataDir.option, '--allow-sync']);
  const { tools } = await assistant.client.listTools();
  const described = [...PAGE.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(described.toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
});
