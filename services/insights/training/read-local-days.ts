import { openLedger } from '../../operations/ledger.ts';
import { type Stack, timeZoneOf } from '../../operations/stack.ts';
import { type LocalDay, localDays, ringOffsets } from './local-days.ts';

/** Reads the bedtimes of the stored nights for {@link localDays}. Throws OutputMissing and SleepRecordInvalid. */
export const readLocalDays = async (stack: Stack): Promise<LocalDay> => {
  const bedtimes = await Array.fromAsync(openLedger(stack).sleepTable.bedtimes());
  return localDays(ringOffsets(bedtimes), timeZoneOf(stack));
};
