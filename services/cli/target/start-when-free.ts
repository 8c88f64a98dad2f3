import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderInUse } from '../../local/data-folder/errors.ts';

/** Short commands hold a folder for a second or two. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 200;
const SILENT_MS = 2_000;

/** The least time for which a process that uses a folder again and again leaves it free, so that one that waits sees it. */
export const FREE_MS = 1.5 * LOOK_MS;

/**
 * Starts `start` again while another command holds the data folder, and says what it waits for. Throws DataFolderInUse after 10 s.
 * @param start a command, or a call of one that reads: while npm start begins, nothing can be read through it yet
 * @param check throws if a process serves the folder: that one stays
 */
export const startWhenFree = async <Started>(
  dataDir: string,
  start: () => Promise<Started>,
  say: (sentence: string) => void,
  check: () => Promise<void> = async () => {},
): Promise<Started> => {
  const begun = performance.now();
  let said = false;
  for (;;) {
    await check();
    try {
      return await start();
    } catch (error: unknown) {
      const waited = performance.now() - begun;
      if (!(error instanceof DataFolderInUse) || waited > PATIENCE_MS) throw error;
      if (waited > SILENT_MS && !said) {
        say(`Waiting for another command to finish with the data folder ${dataDir}.`);
        said = true;
      }
      await sleep(LOOK_MS);
    }
  }
};
