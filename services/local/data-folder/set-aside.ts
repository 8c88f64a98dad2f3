import { readdirSync, renameSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { makeFolder, syncFolder } from './make-folder.ts';

const folderIn = (dataDir: string): string => join(dataDir, 'damaged');

/** A file that was set aside, because it was damaged and nothing is lost without it. */
export interface SetAside {
  /** Its name in `damaged/`. */
  readonly name: string;
  /** When it was set aside (ISO 8601); null if its name does not say. */
  readonly at: string | null;
}

const INSTANT = /-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)$/;

/**
 * Moves a damaged file into `damaged/`, under its name and the instant, so that it stops nothing and stays for inspection.
 * Never for tables, queues or credentials. Throws the system's errors.
 */
export const setAside = (dataDir: string, path: string, instant = new Date().toISOString()): string => {
  const folder = folderIn(dataDir);
  makeFolder(resolve(folder));
  const name = `${basename(path)}-${instant.replaceAll(':', '-')}`;
  renameSync(path, join(folder, name));
  syncFolder(folder);
  return name;
};

/** The files that were set aside in a data folder, the oldest first. */
export const readSetAside = (dataDir: string): SetAside[] => {
  let names: string[];
  try {
    names = readdirSync(folderIn(dataDir));
  } catch {
    return [];
  }
  return names
    .map((name) => {
      const [, day, hour, minute, second] = INSTANT.exec(name) ?? [];
      return { name, at: day === undefined ? null : `${day}${hour}:${minute}:${second}` };
    })
    .sort((one, other) => ((one.at ?? '') < (other.at ?? '') ? -1 : 1));
};
