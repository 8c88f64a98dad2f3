import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { byDate, type Day, daysFrom } from '../../../shared/core/day.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';

/** One call of BatchGetItem reads at most so many nights [DynamoDB]. */
const READ_AT_ONCE = 100;

/**
 * The last `most` nights from the first to the last of `dates`, or of all nights without dates, oldest first. A scan would
 * read ten years for them.
 * @param dates in order
 */
export const lastNights = async (
  sleepTable: Pick<SleepTable, 'get' | 'dates'>,
  dates: readonly Day[],
  most: number,
): Promise<SleepRecord[]> => {
  const [first, last = first] = [dates[0], dates.at(-1)];
  const candidates =
    first === undefined || last === undefined
      ? (await Array.fromAsync(sleepTable.dates())).sort()
      : daysFrom(first, last);
  const nights: SleepRecord[] = [];
  for (let end = candidates.length; end > 0 && nights.length < most; end -= READ_AT_ONCE) {
    const part = candidates.slice(Math.max(0, end - READ_AT_ONCE), end);
    nights.push(...(await sleepTable.get(part)).values());
  }
  return nights.sort(byDate).slice(-most);
};
