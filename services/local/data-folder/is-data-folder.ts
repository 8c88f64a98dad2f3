import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUT } from '../../../shared/core/names.ts';
import { parseConnection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { CONTENTS, contentOf, LOCK_FILE } from './contents.ts';
import { NotADataFolder } from './errors.ts';
import { savedTemplate } from './saved-template.ts';

/** What the system puts into folders of its own accord: a new disk has lost+found. */
const OF_THE_SYSTEM: ReadonlySet<string> = new Set(['lost+found', '.DS_Store', '.localized', '.fseventsd']);

/** What a user writes into a folder before the first start. */
const OF_THE_USER = 'service.env';

/** Files that nothing else writes: a folder with one of them is a data folder, whatever a user has put beside it. */
const MARKS = [
  LOCK_FILE,
  'dynamodb.sqlite',
  'dynamodb/CURRENT',
  'dynamodb.before-0.3/CURRENT',
  'sqs/fauxqs.db',
];

const textOf = (dataDir: string, name: string): string | undefined => {
  try {
    return readFileSync(join(dataDir, name), 'utf8');
  } catch {
    return undefined;
  }
};

const isConnection = (text: string): boolean => {
  try {
    return parseConnection(text) !== undefined;
  } catch {
    // The errors of yup and JSON.parse repeat the value, which may be a secret.
    return false;
  }
};

/**
 * Whether a folder holds what only this version or an earlier one writes. Other programs use names such as template.json too,
 * so without a mark a file must have our content. The earlier `npm run connect` made no mark.
 */
export const hasOurData = (dataDir: string): boolean =>
  MARKS.some((mark) => existsSync(join(dataDir, mark))) ||
  /^(real|simulated)$/.test(textOf(dataDir, 'ring')?.trim() ?? '') ||
  isConnection(textOf(dataDir, 'credentials.json') ?? '') ||
  savedTemplate(dataDir)?.Outputs[OUTPUT.ouraSleepTable] !== undefined;

/** Whether it may be in a folder before the first file of ours: it is the system's or the user's, or a start that was killed has left it. */
const isNothing = (dataDir: string, name: string): boolean => {
  if (OF_THE_SYSTEM.has(name) || name === OF_THE_USER) return true;
  const content = contentOf(name);
  if (content === undefined) return false;
  const path = join(dataDir, name);
  return content.files !== undefined
    ? statSync(path).isDirectory() && readdirSync(path).length === 0
    : !CONTENTS.some((whole) => whole.name === name);
};

/** Whether an existing folder is empty, or this version or an earlier one has written into it. Throws the system's errors. */
export const isDataFolder = (dataDir: string): boolean =>
  hasOurData(dataDir) || readdirSync(dataDir).every((name) => isNothing(dataDir, name));

/** Throws {@link NotADataFolder} if `dataDir` holds something else. One that is missing or cannot be read is not judged. */
export const refuseOtherFolder = (dataDir: string): void => {
  let isOther: boolean;
  try {
    isOther = !isDataFolder(dataDir);
  } catch {
    // Whoever uses the folder finds out, and says so.
    return;
  }
  if (isOther) throw new NotADataFolder(dataDir);
};
