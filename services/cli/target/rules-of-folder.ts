import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { RULES_VERSION } from '../../../shared/core/night/assemble-night.ts';
import { writeDurably } from '../../local/data-folder/write-durably.ts';
import { recomputeNights } from '../../operations/recompute-nights.ts';

const pathIn = (dataDir: string): string => join(dataDir, 'rules-version');

/** The rules that every night of the folder follows; undefined in a new folder and in one of the first version. */
const rulesOfFolder = (dataDir: string): number | undefined => {
  try {
    return Number(readFileSync(pathIn(dataDir), 'utf8'));
  } catch {
    // A new folder, or an unreadable one, which opening it reports.
    return undefined;
  }
};

/**
 * Computes the nights of the folder again if an earlier version stored them, and returns how many. The folder says which rules
 * its nights follow, so that a start does not read ten years of nights to find none.
 */
export const applyPresentRules = async (dataDir: string, sleepTable: SleepTable): Promise<number> => {
  if ((rulesOfFolder(dataDir) ?? 0) >= RULES_VERSION) return 0;
  const recomputed = await recomputeNights(sleepTable);
  writeDurably(pathIn(dataDir), String(RULES_VERSION));
  return recomputed;
};
