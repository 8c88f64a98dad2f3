import { readSettings } from '../../../cdk/settings.ts';
import { readSettingsFile } from '../../../cdk/settings-file.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { nextRunOf } from '../../../shared/core/schedule/next-run.ts';
import { folderMadeAt } from '../../local/data-folder/data-folder.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import type { Stack } from '../../operations/stack.ts';
import { actionsOf } from '../../operations/status/actions.ts';
import {
  type Actions,
  ON_AWS,
  readSyncState,
  type Situation,
  type SyncState,
} from '../../operations/status/sync-state.ts';
import { suggest } from '../print/advice.ts';
import { folderProblems } from './folder-problems.ts';
import { nextSyncOnAws } from './next-sync.ts';
import type { StackOptions } from './with-stack.ts';

/** What the commands know about a stack besides its tables and queues. This process may be the one that serves the folder. */
export const situationOf = async (options: StackOptions, stack: Stack): Promise<Situation> => {
  const command: Situation['command'] = (script, ...given) => suggest(script, options, ...given);
  if (options.aws) {
    const { stackNameOf } = await import('./aws-stack.ts');
    const changed = JSON.parse(stack.outputs[OUTPUT.settings] ?? '{}') as Record<string, unknown>;
    return {
      process: ON_AWS,
      nextRun: (await nextSyncOnAws(stackNameOf(options.stack), stack.clock))?.toISOString() ?? null,
      longestSilenceHours: readSettings(changed).longestSilenceHours,
      begun: null,
      command,
      folder: [],
    };
  }
  const running = await findRunning(options.dataDir);
  const { schedule, timeZone } = running?.consumes ? running.settings : {};
  const next = schedule && timeZone ? nextRunOf(schedule, timeZone, stack.clock.now()) : undefined;
  return {
    process: running ? { pid: running.pid, consumes: running.consumes } : null,
    nextRun: next?.toISOString() ?? null,
    longestSilenceHours: readSettings(readSettingsFile()).longestSilenceHours,
    begun: folderMadeAt(options.dataDir),
    command,
    folder: await folderProblems(options.dataDir, stack.clock.now()),
  };
};

/** What the user can do with the stack that `options` select, if Oura does not deny access. */
export const actionsFor = async (options: StackOptions, stack: Stack): Promise<Actions> => {
  const { process, command } = await situationOf(options, stack);
  return actionsOf(process, undefined, command);
};

/** The state of the stack that `options` select, with the commands that its problems name. */
export const stateOf = async (options: StackOptions, stack: Stack): Promise<SyncState> =>
  readSyncState(stack, await situationOf(options, stack));
