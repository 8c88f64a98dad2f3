import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../local/data-folder/make-folder.ts';
import { writeDurably } from '../../local/data-folder/write-durably.ts';
import { launchdAgent, OUTPUT_FILE } from './launchd-agent.ts';
import { removeFile } from './remove-file.ts';
import { requireTool, runTool, showTool } from './run-tool.ts';
import { notInstalled, type ServiceManager, type ServiceState } from './service-manager.ts';

const agentFolder = (): string => join(homedir(), 'Library', 'LaunchAgents');

const fileOf = (name: string): string => join(agentFolder(), `${name}.plist`);

/** The domain of the user's login. */
const domain = (): string => `gui/${process.getuid?.()}`;

const targetOf = (name: string): string => `${domain()}/${name}`;

const numberAfter = (shown: string, word: string): number | null => {
  const [, digits] = new RegExp(`^\\s*${word} = (\\d+)`, 'm').exec(shown) ?? [];
  return digits === undefined ? null : Number(digits);
};

const isInstalled = (name: string): boolean => existsSync(fileOf(name));

const stateOf = async (name: string): Promise<ServiceState> => {
  const file = fileOf(name);
  if (!isInstalled(name)) return notInstalled(name, file);
  const { code, stdout } = await runTool('launchctl', ['print', targetOf(name)]);
  const pid = code === 0 ? numberAfter(stdout, 'pid') : null;
  const [, state = 'not loaded'] = /^\s*state = (.+)$/m.exec(code === 0 ? stdout : '') ?? [];
  return {
    name,
    file,
    installed: true,
    running: pid !== null,
    pid,
    state,
    exit_code: pid === null ? numberAfter(stdout, 'last exit code') : null,
    starts_at: 'login',
  };
};

export const launchd: ServiceManager = {
  term: 'launchd agent',
  startAtBoot: undefined,
  file: launchdAgent,
  // Only the tool can be absent: whether launchd accepts an agent shows when it loads it.
  require: async () => void (await runTool('launchctl', ['version'])),
  install: async (definition) => {
    makeFolder(agentFolder());
    writeDurably(fileOf(definition.name), launchdAgent(definition));
    // launchd keeps the definition that it has loaded.
    await runTool('launchctl', ['bootout', targetOf(definition.name)]);
    await requireTool('launchctl', ['bootstrap', domain(), fileOf(definition.name)]);
  },
  isInstalled,
  state: stateOf,
  logs: (_name, folder, { lines, follow }) =>
    showTool('tail', ['-n', String(lines), ...(follow ? ['-f'] : []), join(folder, OUTPUT_FILE)]),
  remove: async (name) => {
    await runTool('launchctl', ['bootout', targetOf(name)]);
    removeFile(fileOf(name));
  },
};
