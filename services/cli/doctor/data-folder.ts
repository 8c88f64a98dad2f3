import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isReadOnly } from '../../local/data-folder/read-only.ts';
import { findRunning, type RunningRuntime } from '../../local/data-folder/runtime-file.ts';
import { actionsOf } from '../../operations/status/actions.ts';
import { shellWord, suggest } from '../print/advice.ts';
import { processText } from '../print/status-table.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const CHECK = 'data folder';

const mayUse = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
};

/** A misspelled folder, or a disk that is not mounted, must not look well to what monitors the folder. */
const checkNew = (dataDir: string, state: 'does not exist' | 'is empty'): Finding =>
  problem(
    CHECK,
    `${dataDir} ${state}: npm start has not run in it`,
    `run ${suggest('start', { dataDir })}, or choose another folder with --data-dir`,
  );

const checkMissing = (dataDir: string): Finding => {
  let parent = dirname(resolve(dataDir));
  while (!existsSync(parent)) parent = dirname(parent);
  return mayUse(parent, constants.W_OK | constants.X_OK) && statSync(parent).isDirectory()
    ? checkNew(dataDir, 'does not exist')
    : problem(
        CHECK,
        `${dataDir} does not exist and cannot be created`,
        `make ${parent} writable, or choose another folder with --data-dir`,
      );
};

const checkProcess = (dataDir: string, running: RunningRuntime | undefined): Finding => {
  const process = running ?? null;
  const { start } = actionsOf(process, undefined, (script) => suggest(script, { dataDir }));
  return start === null
    ? ok('process', `npm start is running: process ${running?.pid} at ${running?.endpoint}`)
    : warning('process', processText(process), start);
};

/** Checks that `dataDir` is usable and private, and finds the process that serves it. */
export const checkDataFolder = async (dataDir: string): Promise<Finding[]> => {
  if (!existsSync(dataDir)) return [checkMissing(dataDir)];
  const status = statSync(dataDir);
  if (!status.isDirectory()) {
    return [problem(CHECK, `${dataDir} is not a folder`, 'choose another folder with --data-dir')];
  }
  if (mayUse(dataDir, constants.R_OK | constants.X_OK) && isReadOnly(dataDir))
    return [
      problem(
        CHECK,
        `${dataDir} is read-only: commands show what it holds, but nothing can be stored in it`,
        'make it writable, or choose another folder with --data-dir',
      ),
    ];
  if (!mayUse(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)) {
    return [
      problem(
        CHECK,
        `you may not read and write ${dataDir}`,
        'chown it to yourself, or choose another folder with --data-dir',
      ),
    ];
  }
  const mode = status.mode & 0o777;
  const running = await findRunning(dataDir);
  return [
    (mode & 0o077) === 0
      ? ok(CHECK, `only you can read ${dataDir}`)
      : warning(
          CHECK,
          `other users of this machine can read ${dataDir} (mode ${mode.toString(8)})`,
          `run chmod 700 ${shellWord(dataDir)}`,
        ),
    readdirSync(dataDir).length === 0 ? checkNew(dataDir, 'is empty') : checkProcess(dataDir, running),
  ];
};
