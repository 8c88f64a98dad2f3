import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTENTS } from '../data-folder/contents.ts';
import { TABLES_FILE } from '../data-folder/tables.ts';

const QUEUES_FOLDER = 'sqs';

/** The file of the queues, as a path in a data folder. */
export const QUEUES_FILE = `${QUEUES_FOLDER}/fauxqs.db`;

/** SQLite files that a process has open: only its engine can copy them. */
const DATABASES: readonly string[] = [TABLES_FILE, QUEUES_FOLDER];

/** Whether a path has the form of a file that a backup contains. */
export const isInBackup = (path: string): boolean => {
  const [name = '', file, ...rest] = path.split('/');
  if (name === QUEUES_FOLDER) return path === QUEUES_FILE;
  const content = CONTENTS.find((each) => each.name === name);
  if (!content?.backup || rest.length > 0) return false;
  return file === undefined ? content.files === undefined : content.files?.test(file) === true;
};

/** The files of a folder that a backup copies as they are: all but the databases, which their engines copy. */
export const readPlainFiles = (
  dataDir: string,
  { withCredentials }: { readonly withCredentials: boolean },
): Map<string, Uint8Array> => {
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(dataDir, { withFileTypes: true })) {
    const content = CONTENTS.find(({ name }) => name === entry.name);
    if (!content?.backup || DATABASES.includes(entry.name) || (content.secret && !withCredentials)) continue;
    const paths = entry.isDirectory()
      ? readdirSync(join(dataDir, entry.name)).map((name) => `${entry.name}/${name}`)
      : [entry.name];
    for (const path of paths.filter(isInBackup)) files.set(path, readFileSync(join(dataDir, path)));
  }
  return files;
};
