import { resolve, sep } from 'node:path';
import type { DayRange } from '../../../shared/core/day.ts';
import { refusalSentence, systemCode } from '../../../shared/core/system-reason.ts';
import {
  type FollowedFormat,
  followedFiles,
  partitionOf,
  SQLITE_FILE,
} from '../../insights/export/followed-files.ts';
import {
  EXPORTED,
  type Exported,
  metadataOf,
  readAllTables,
  readTable,
} from '../../insights/export/read-table.ts';
import type { Table } from '../../insights/export/table.ts';
import { hasOurData } from '../../local/data-folder/is-data-folder.ts';
import { tablesState } from '../../local/data-folder/tables.ts';
import type { Stack } from '../../operations/stack.ts';
import { workState } from '../../operations/status/work-state.ts';
import { skippedNote } from '../print/training.ts';
import { printError } from '../print/write.ts';
import { withStopSignal } from '../stop-signal.ts';
import { startWhenFree } from '../target/start-when-free.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { follow } from './follow.ts';
import { replaceFiles } from './replace-files.ts';

interface FolderOptions extends StackOptions, DayRange {
  readonly follow: string;
  /** Undefined: every table. */
  readonly what?: Exported | undefined;
}

/** Each look at AWS takes five requests. */
const LOOK_MS = { local: 1_000, aws: 60_000 } as const;

const readTables = async (
  stack: Stack,
  { what, ...range }: Pick<FolderOptions, 'what' | 'from' | 'to'>,
): Promise<{ tables: Readonly<Record<string, Table>>; skipped: number }> => {
  if (what === undefined) return readAllTables(stack, range);
  const { table, skipped } = await readTable(stack, what, range);
  return { tables: { [what]: table }, skipped };
};

/** Rejects a folder in the data folder, whose files are only ours. */
const checkFolder = (folder: string, { aws, dataDir }: StackOptions): void => {
  const isInside = !aws && `${resolve(folder)}${sep}`.startsWith(`${resolve(dataDir)}${sep}`);
  if (isInside || hasOurData(folder))
    throw new UsageError(`The folder ${folder} belongs to a data folder: choose another one for --follow.`);
};

/** Throws an error of the system as a UsageError, which has a sentence also for a path that is no folder. */
const orSentence = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error: unknown) {
    throw systemCode(error) === undefined ? error : new UsageError(`${refusalSentence(error)}.`);
  }
};

/**
 * Keeps the files of a folder up to date until a signal ends it. The first update throws its errors, so that a mistake ends the
 * command. The files do not say when they were written, so that only changed content changes them.
 */
export const followIntoFolder = async (options: FolderOptions, format: FollowedFormat): Promise<void> => {
  const { follow: folder, what, from, to, ...target } = options;
  checkFolder(folder, target);
  const names = what === undefined ? EXPORTED : [what];
  const owned = format === 'sqlite' ? [SQLITE_FILE] : names.map((name) => partitionOf(name, '*'));
  let known = 0;
  await withStopSignal(async (signal) => {
    const read = () =>
      withStack({ ...target, inspects: true }, async (stack) => ({
        ...(await readTables(stack, { what, from, to })),
        metadata: metadataOf(stack),
      }));
    const update = async () => {
      const { tables, skipped, metadata } = await startWhenFree(target.dataDir, read, printError);
      const { created_at, ...lasting } = metadata;
      const files = followedFiles(tables, format, lasting);
      await orSentence(() => replaceFiles(folder, files, { owned, signal, say: printError }));
      if (skipped > 0 && skipped !== known) printError(skippedNote(skipped));
      known = skipped;
    };
    const state = () =>
      target.aws ? withStack(target, workState) : Promise.resolve(tablesState(target.dataDir));
    const lookMs = target.aws ? LOOK_MS.aws : LOOK_MS.local;
    await follow({ state, update, signal, lookMs, say: printError });
  });
};
