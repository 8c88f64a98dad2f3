import { openLedger } from '../../operations/ledger.ts';
import { type Stack, timeZoneOf } from '../../operations/stack.ts';
import { type LocalDay, localDays, type OffsetAt, ringOffsets } from './local-days.ts';

/** Reads the offsets of the ring's clock from the stored nights. Throws OutputMissing and SleepRecordInvalid. */
export const readRingOffsets = async (stack: Stack): Promise<OffsetAt> =>
  ringOffsets(await Array.fromAsync(openLedger(stack).sleepTable.bedtimes()));

/** Reads what {@link localDays} needs. Throws as {@link readRingOffsets} does. */
export const readLocalDays = async (stack: Stack): Promise<LocalDay> =>
  localDays(await readRingOffsets(stack), timeZoneOf(stack));
