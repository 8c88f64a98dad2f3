import { systemClock } from '../../../shared/core/clock.ts';
import { isOfTheMachine, sqliteCode } from '../../../shared/core/system-reason.ts';
import { DataFolderBroken } from '../../local/data-folder/errors.ts';
import type { Problem } from '../../operations/status/sync-state.ts';
import { suggest } from '../print/advice.ts';
import { destinationOf } from './destination.ts';
import { createNotifier } from './notifier.ts';

/** The error codes of a full disk, and SQLite's, https://sqlite.org/rescode.html#full. */
const FULL = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG', 13]);
/** SQLite's codes of a damaged file: CORRUPT and NOTADB. */
const DAMAGED = new Set<unknown>([11, 26]);

/** The error, and what it was caused by. */
const chainOf = (error: unknown): object[] => {
  if (typeof error !== 'object' || error === null) return [];
  const {
    cause,
    suppressed,
    error: own,
  } = error as { cause?: unknown; suppressed?: unknown; error?: unknown };
  return [error, ...[cause, suppressed, own].flatMap(chainOf)];
};

const codesOf = (error: object): unknown[] => [(error as { code?: unknown }).code, sqliteCode(error)];

/** The message of SQLite, which arrives without its code from the embedded services. */
const isFullText = (each: object): boolean =>
  each instanceof Error && /disk is full|no space left/i.test(each.message);

/** Whether the machine refused, such as a full disk: another start may succeed, and nothing of the command need change. */
export const isRefusedByMachine = (error: unknown): boolean =>
  chainOf(error).some((each) => isOfTheMachine(each) || isFullText(each));

const hasCode = (chain: readonly object[], codes: ReadonlySet<unknown>): boolean =>
  chain.some((error) => codesOf(error).some((code) => codes.has(code)));

/** The problem that an error shows; undefined if it is none that a person must hear about from afar. */
export const problemOf = (error: unknown, dataDir: string): Problem | undefined => {
  const chain = chainOf(error);
  const common = { severity: 'problem', since: null, count: null } as const;
  if (hasCode(chain, FULL) || chain.some(isFullText)) {
    const summary = 'The disk of the data folder is full, so the sync has stopped';
    return {
      ...common,
      id: 'disk_full',
      summary,
      action: `free space; then run ${suggest('start', { dataDir })}, unless a service does`,
    };
  }
  const isDamaged =
    hasCode(chain, DAMAGED) ||
    chain.some((each) => each instanceof DataFolderBroken && /damaged|not JSON/i.test(each.reason));
  if (!isDamaged) return undefined;
  const summary = 'A file of the data folder is damaged, so the sync has stopped';
  return { ...common, id: 'damaged_data', summary, action: `run ${suggest('doctor', { dataDir })}` };
};

/** Sends a notification of the error that ends `npm start`, if there is one to send. Takes 20 s at most, and never throws. */
export const announceFailure = async (
  options: { readonly dataDir: string; readonly notify?: string | undefined },
  error: unknown,
): Promise<void> => {
  const problem = problemOf(error, options.dataDir);
  if (!problem) return;
  try {
    const destination = destinationOf(options);
    if (destination) await createNotifier({ ...options, destination, clock: systemClock }).announce(problem);
  } catch {
    // The error itself is what the user must see.
  }
};
