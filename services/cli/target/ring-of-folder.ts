import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../../local/data-folder/write-durably.ts';
import { suggest } from '../print/advice.ts';
import { UsageError } from '../usage-error.ts';

/** Whose nights a data folder is for. */
export type RingKind = 'simulated' | 'real';

const pathIn = (dataDir: string): string => join(dataDir, 'ring');

/** Whose nights the folder holds; undefined where nobody wrote it down. */
export const ringOfFolder = (dataDir: string): string | undefined => {
  try {
    return readFileSync(pathIn(dataDir), 'utf8').trim();
  } catch {
    // A new folder, or one that cannot be read, of which opening it will tell.
    return undefined;
  }
};

/**
 * Refuses to mix simulated and real nights in one folder: they would look alike, and a re-read would replace the ones by
 * the others as if Oura had revised them. Throws a UsageError.
 */
export const checkRingOfFolder = (dataDir: string, kind: RingKind): void => {
  const held = ringOfFolder(dataDir);
  if (held === undefined || held === kind) return;
  throw new UsageError(
    kind === 'real'
      ? `The data folder ${dataDir} belongs to a simulated ring: delete it, or name another with --data-dir.`
      : `The data folder ${dataDir} belongs to a real ring but neither a connection nor OURA_API_KEY is there: ${suggest('connect', { dataDir })}, or name another folder with --data-dir.`,
  );
};

/** Writes down whose nights the folder is for from now on. */
export const noteRingOfFolder = (dataDir: string, kind: RingKind): void =>
  writeDurably(pathIn(dataDir), kind);
