import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import { shellWord } from '../print/advice.ts';
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

const checkMissing = (dataDir: string): Finding => {
  let parent = dirname(resolve(dataDir));
  while (!existsSync(parent)) parent = dirname(parent);
  return mayUse(parent, constants.W_OK | constants.X_OK) && statSync(parent).isDirectory()
    ? ok(CHECK, `${dataDir} is not there yet: npm start makes it`)
    : problem(
        CHECK,
        `${dataDir} is not there and cannot be made`,
        `make ${parent} writable, or name another with --data-dir`,
      );
};

/** Whether `dataDir` can be used, is private, and who serves it. Changes nothing. */
export const checkDataFolder = async (dataDir: string): Promise<Finding[]> => {
  if (!existsSync(dataDir)) return [checkMissing(dataDir)];
  const status = statSync(dataDir);
  if (!status.isDirectory()) {
    return [problem(CHECK, `${dataDir} is not a folder`, 'name another with --data-dir')];
  }
  if (!mayUse(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)) {
    return [
      problem(
        CHECK,
        `${dataDir} may not be read and written`,
        `chown it to yourself, or name another with --data-dir`,
      ),
    ];
  }
  const mode = status.mode & 0o777;
  const running = await findRunning(dataDir);
  return [
    (mode & 0o077) === 0
      ? ok(CHECK, `${dataDir} is yours alone`)
      : warning(
          CHECK,
          `${dataDir} is open to other users of this machine (mode ${mode.toString(8)})`,
          `chmod 700 ${shellWord(dataDir)}`,
        ),
    ok(
      'process',
      running
        ? `${running.consumes ? 'npm start serves it' : 'npm run dashboard has it open'}: process ${running.pid} at ${running.endpoint}`
        : 'none serves it now',
    ),
  ];
};
