import { findRunning } from '../../local/data-folder/runtime-file.ts';
import { localSettings } from '../target/settings.ts';
import { zoneOf } from '../target/time-zone.ts';
import { UsageError } from '../usage-error.ts';
import { type Finding, refusal } from './finding.ts';

interface CheckedZone {
  /** The zone of the folder, or that of the settings if the folder's note is damaged. */
  readonly timeZone: string;
  /** A problem if the note is damaged: then no command opens the folder. */
  readonly damage: Finding | undefined;
}

/** Reads the zone of a data folder. */
export const checkZone = async (dataDir: string): Promise<CheckedZone> => {
  try {
    return { timeZone: zoneOf({ dataDir }).timeZone, damage: undefined };
  } catch (error: unknown) {
    if (!(error instanceof UsageError)) throw error;
    const finding = refusal('time zone', error);
    // It goes on in its zone, and does not let another process start.
    const running = await findRunning(dataDir);
    const advice = running ? `stop process ${running.pid}, then ${finding.advice}` : finding.advice;
    return { timeZone: localSettings().timeZone, damage: { ...finding, advice } };
  }
};
