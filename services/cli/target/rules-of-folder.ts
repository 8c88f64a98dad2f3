import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { RULES_VERSION } from '../../../shared/core/night/assemble-night.ts';
import { folderNote } from '../../local/data-folder/folder-note.ts';
import { recomputeNights } from '../../operations/recompute-nights.ts';

/**
 * Computes the nights of the folder again if an earlier version stored them, and returns how many. The folder says which rules
 * its nights follow, so that a start does not read ten years of nights to find none.
 */
export const applyPresentRules = async (dataDir: string, sleepTable: SleepTable): Promise<number> => {
  // A new folder has no note, nor has one of the first version.
  const note = folderNote(dataDir, 'rules-version');
  if (Number(note.read() ?? 0) >= RULES_VERSION) return 0;
  const recomputed = await recomputeNights(sleepTable);
  note.write(String(RULES_VERSION));
  return recomputed;
};
