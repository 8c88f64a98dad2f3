import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The real path of a folder that may not exist: a symbolic link to a folder names the same service. */
export const realPathOf = (path: string): string => {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  return join(realPathOf(dirname(absolute)), basename(absolute));
};

/** Service managers list services by name, and a file has at most 255 characters. */
const LONGEST_NAME = 40;

/** The name of the service that syncs a data folder. Folders with the same last name are different services. */
export const serviceName = (dataDir: string): string => {
  const path = realPathOf(dataDir);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  const words = basename(path).match(/[A-Za-z0-9]+/g) ?? [];
  return ['oura-sleep-sync', ...words.join('-').slice(0, LONGEST_NAME).split('-'), hash]
    .filter(Boolean)
    .join('-');
};
