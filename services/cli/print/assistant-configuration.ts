import { resolve } from 'node:path';
import { LAUNCHER } from '../environment/caller.ts';
import { shellWord, type Target } from './advice.ts';

/**
 * What to enter in the configuration of an assistant to start `mcp`. The paths are absolute: an assistant starts commands in
 * another folder, often without the PATH of a shell.
 */
export const assistantConfiguration = (
  { dataDir, aws, stack }: Target,
  { allowSync }: { readonly allowSync: boolean },
): string => {
  const target = aws
    ? ['--aws', ...(stack === undefined ? [] : ['--stack', stack])]
    : ['--data-dir', resolve(dataDir)];
  const command = process.execPath;
  const args = [LAUNCHER, 'mcp', ...target, ...(allowSync ? ['--allow-sync'] : [])];
  const servers = { mcpServers: { 'oura-sleep': { command, args } } };
  return [
    'An assistant starts this command. Add this to its configuration (docs/assistants.md says where):',
    JSON.stringify(servers, null, 2),
    `Claude Code: claude mcp add --scope user oura-sleep -- ${[command, ...args].map(shellWord).join(' ')}`,
  ].join('\n\n');
};
