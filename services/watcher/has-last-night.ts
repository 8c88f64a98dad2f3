import type { Day } from '../../shared/core/day.ts';
import { sleepDay } from '../../shared/core/night/sleep-periods.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { windowOf } from '../../shared/oura/api/fetch-windows.ts';
import { isOptionalFailure } from '../../shared/oura/api/find-record.ts';
import { isDenial } from '../../shared/oura/errors.ts';

/**
 * A period that Oura sends during the sleep ends when the phone last had the ring's data, and its end moves. One that has not
 * moved for so long is over.
 */
const SETTLES_MS = 10 * 60_000;

type Records = Readonly<Record<string, unknown>>[];

const recordsOf = async (
  client: OuraClient,
  collection: 'sleep' | 'daily_sleep',
  day: Day,
): Promise<Records> => {
  const records = (await Array.fromAsync(client.pages(collection, windowOf([day])))).flat() as Records;
  return records.filter((record) => record?.['day'] === day);
};

/**
 * Whether Oura has the night of `day`: a main period that is over, and a score. The score is asked for only after the period,
 * so a morning without one costs one request each time. An account that is denied scores does not wait for one.
 * @param client sends one request per call
 */
export const hasLastNight = async (client: OuraClient, day: Day, now: number): Promise<boolean> => {
  const { main, invalid } = sleepDay(day, await recordsOf(client, 'sleep', day));
  // An invalid record is not worth a run every morning: the daily run reports it.
  if (!main?.bedtime_end || invalid || Date.parse(main.bedtime_end) + SETTLES_MS > now) return false;
  try {
    const documents = await recordsOf(client, 'daily_sleep', day);
    return documents.some(({ score }) => typeof score === 'number');
  } catch (error: unknown) {
    if (isOptionalFailure(error) && isDenial(error)) return true;
    throw error;
  }
};
