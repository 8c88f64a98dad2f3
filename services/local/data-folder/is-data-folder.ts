import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contentOf } from './contents.ts';
import { NotADataFolder } from './errors.ts';

/** What the system puts into folders of its own accord: a new disk has lost+found. */
const OF_THE_SYSTEM: ReadonlySet<string> = new Set(['lost+found', '.DS_Store', '.localized', '.fseventsd']);

/** Files that nothing else writes: a folder with one of them is a data folder, whatever a user has put beside it. */
const MARKS = [
  'owner.lock',
  'dynamodb.sqlite',
  'dynamodb/CURRENT',
  'dynamodb.before-0.3/CURRENT',
  'sqs/fauxqs.db',
];

/** Whether an existing folder is empty, or this version or an earlier one has written into it. Throws the system's errors. */
export const isDataFolder = (dataDir: string): boolean => {
  if (MARKS.some((mark) => existsSync(join(dataDir, mark)))) return true;
  // Names such as template.json are not rare: without a mark, there must be nothing else.
  return readdirSync(dataDir).every((name) => contentOf(name) !== undefined || OF_THE_SYSTEM.has(name));
};

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
