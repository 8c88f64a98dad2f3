import pMap from 'p-map';
import type { SleepTable } from '../../shared/aws/store/sleep-table.ts';

/** Concurrent writes. Each is a separate request, because only single writes can be conditional. */
const WRITES_AT_ONCE = 10;

/**
 * Stores each night that earlier rules computed again, by the present rules and from its own periods. Oura is not asked, and no
 * revision is made. Returns the number of nights.
 */
export const recomputeNights = async (
  sleepTable: Pick<SleepTable, 'outdated' | 'recompute'>,
): Promise<number> => {
  const dates = await Array.fromAsync(sleepTable.outdated());
  const done = await pMap(dates, (date) => sleepTable.recompute(date), { concurrency: WRITES_AT_ONCE });
  return done.filter((isDone) => isDone).length;
};
