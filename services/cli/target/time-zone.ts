import { join } from 'node:path';
import { readSettingsFile, settingsFileName } from '../../../cdk/settings-file.ts';
import { isTimeZone } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { folderNote } from '../../local/data-folder/folder-note.ts';
import { savedTemplate } from '../../local/data-folder/saved-template.ts';
import { hasTables } from '../../local/data-folder/tables.ts';
import { suggest } from '../print/advice.ts';
import { UsageError } from '../usage-error.ts';
import { localSettings } from './settings.ts';

const NAME = 'time-zone';

/** The zone of the pipeline on this machine, and where it comes from, in words for the user. */
export interface Zone {
  readonly timeZone: string;
  readonly source: string;
}

/**
 * The zone stored in a data folder; undefined if none is. Throws a UsageError if it is not a zone, unless a power cut left a
 * file without content: the template of the last start names the zone too.
 */
const storedZone = (dataDir: string): string | undefined => {
  const timeZone = folderNote(dataDir, NAME).read() || undefined;
  if (timeZone === undefined || isTimeZone(timeZone)) return timeZone;
  throw new UsageError(
    `${join(dataDir, NAME)} does not hold a time zone: run ${suggest('start', { dataDir }, '--time-zone', 'ZONE')} with yours, such as Europe/Helsinki.`,
  );
};

/** The zone with which a version that stored none last ran in the folder; undefined if none has run in it. */
const zoneBefore = (dataDir: string): string | undefined => {
  if (!hasTables(dataDir)) return undefined;
  const value = savedTemplate(dataDir)?.Outputs[OUTPUT.timeZone]?.Value;
  return isTimeZone(value) ? value : localSettings().timeZone;
};

/** The zone of the machine; undefined if that is UTC, which is usually a server's and not the user's. */
export const zoneOfMachine = (timeZone: string): string | undefined =>
  isTimeZone(timeZone) && timeZone !== 'UTC' ? timeZone : undefined;

/**
 * The zone in which the pipeline of a data folder runs: `--time-zone`, else the one stored in the folder, else that of the
 * version which stored none, else the setting, else the machine's, else the default (docs/decisions/0015).
 * @param machine the zone of this machine
 */
export const zoneOf = (
  { dataDir, timeZone }: { readonly dataDir: string; readonly timeZone?: string },
  machine: string = Intl.DateTimeFormat().resolvedOptions().timeZone,
): Zone => {
  if (timeZone !== undefined) return { timeZone, source: 'from --time-zone' };
  const stored = storedZone(dataDir) ?? zoneBefore(dataDir);
  if (stored !== undefined) return { timeZone: stored, source: 'stored in the data folder' };
  const setting = localSettings().timeZone;
  if (readSettingsFile()['timeZone'] !== undefined)
    return { timeZone: setting, source: `from ${settingsFileName()}` };
  const own = zoneOfMachine(machine);
  return own === undefined
    ? { timeZone: setting, source: 'the default, because this machine is set to UTC' }
    : { timeZone: own, source: 'of this machine' };
};

/** Stores the zone in the data folder: the next command without `--time-zone` uses it. */
export const noteZoneOfFolder = (dataDir: string, timeZone: string): void =>
  folderNote(dataDir, NAME).write(timeZone);
