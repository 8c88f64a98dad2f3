import { folderNote } from '../../local/data-folder/folder-note.ts';
import { hasTables } from '../../local/data-folder/tables.ts';
import { openLedger } from '../../operations/ledger.ts';
import { type NightIds, recognizeNights } from '../../ring-simulator/sleeper/recognize-nights.ts';
import { connectNewFolder, shellWord, suggest } from '../print/advice.ts';
import { UsageError } from '../usage-error.ts';
import { type StackOptions, withStack } from './with-stack.ts';

export type RingKind = 'simulated' | 'real';

const noteIn = (dataDir: string) => folderNote(dataDir, 'ring');

/**
 * Which ring the nights of a data folder come from; undefined in a folder without nights. `unknown`: the note is lost or torn,
 * and only the nights can show it ({@link checkRingOfFolder}).
 */
export const ringOfFolder = (dataDir: string): RingKind | 'unknown' | undefined => {
  const held = noteIn(dataDir).read();
  if (held === 'simulated' || held === 'real') return held;
  return held === undefined && !hasTables(dataDir) ? undefined : 'unknown';
};

/** Whether the nights of a stack come from the simulated ring. Those of a deployed stack never do. */
export const hasSimulatedNights = ({ aws, dataDir }: StackOptions): boolean =>
  !aws && ringOfFolder(dataDir) === 'simulated';

/** The command that connects a ring, and that a folder of simulated nights does not refuse. */
export const suggestConnect = (options: StackOptions): string =>
  hasSimulatedNights(options) ? connectNewFolder() : suggest('connect', options);

/** Reads the nights; undefined if there are none. */
const ringOfNights = async (dataDir: string): Promise<RingKind | 'unknown' | undefined> => {
  if (!hasTables(dataDir)) return undefined;
  return withStack({ dataDir, inspects: true }, async (stack) => {
    const nights: NightIds[] = [];
    for await (const { date, periods, document_ids = {} } of openLedger(stack).sleepTable.scan())
      nights.push({
        date,
        ids: [...periods.map(({ id }) => id), ...Object.values(document_ids)].flatMap((id) =>
          typeof id === 'string' ? [id] : [],
        ),
      });
    return nights.length === 0 ? undefined : recognizeNights(nights);
  });
};

/** Which ring it is; undefined if the folder has no nights. Writes a lost note again. */
const provenRing = async (dataDir: string): Promise<RingKind | 'unknown' | undefined> => {
  const held = ringOfFolder(dataDir);
  if (held !== 'unknown') return held;
  const proven = await ringOfNights(dataDir);
  if (proven === 'simulated' || proven === 'real') noteRingOfFolder(dataDir, proven);
  return proven;
};

const refusal = (dataDir: string, held: RingKind | 'unknown'): string => {
  const other = 'choose another folder with --data-dir';
  if (held === 'unknown')
    return `The data folder ${dataDir} does not say whether its nights are those of a real or of a simulated ring: ${other}, or write real or simulated into ${dataDir}/ring.`;
  return held === 'simulated'
    ? `The data folder ${dataDir} belongs to a simulated ring: ${other}, or move it away first, with mv ${shellWord(dataDir)} ${shellWord(`${dataDir}.simulated`)}.`
    : `The data folder ${dataDir} belongs to a real ring but has no connection, and OURA_API_KEY is not set: run ${suggest('connect', { dataDir })}, or ${other}.`;
};

/**
 * Rejects mixing simulated and real nights in one folder: they would look alike, and a re-read would replace one by the
 * other as if Oura had revised it. Throws a UsageError.
 */
export const checkRingOfFolder = async (dataDir: string, kind: RingKind): Promise<void> => {
  const held = await provenRing(dataDir);
  if (held === undefined || held === kind) return;
  throw new UsageError(refusal(dataDir, held));
};

/** Records which ring the nights of a data folder come from. */
export const noteRingOfFolder = (dataDir: string, kind: RingKind): void => noteIn(dataDir).write(kind);
