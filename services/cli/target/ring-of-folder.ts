import { folderNote } from '../../local/data-folder/folder-note.ts';
import { suggest } from '../print/advice.ts';
import { UsageError } from '../usage-error.ts';

export type RingKind = 'simulated' | 'real';

const noteIn = (dataDir: string) => folderNote(dataDir, 'ring');

/** Which ring the nights of a data folder come from; undefined if the folder does not say. */
export const ringOfFolder = (dataDir: string): string | undefined => noteIn(dataDir).read();

/**
 * Rejects mixing simulated and real nights in one folder: they would look alike, and a re-read would replace one by the
 * other as if Oura had revised it. Throws a UsageError.
 */
export const checkRingOfFolder = (dataDir: string, kind: RingKind): void => {
  const held = ringOfFolder(dataDir);
  if (held === undefined || held === kind) return;
  throw new UsageError(
    kind === 'real'
      ? `The data folder ${dataDir} belongs to a simulated ring: delete it, or choose another folder with --data-dir.`
      : `The data folder ${dataDir} belongs to a real ring but has no connection, and OURA_API_KEY is not set: run ${suggest('connect', { dataDir })}, or choose another folder with --data-dir.`,
  );
};

/** Records which ring the nights of a data folder come from. */
export const noteRingOfFolder = (dataDir: string, kind: RingKind): void => noteIn(dataDir).write(kind);
