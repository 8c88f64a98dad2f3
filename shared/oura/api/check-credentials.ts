import { addDays, type Day } from '../../core/day.ts';
import { consequencesOf } from '../../core/errors.ts';
import { AccessForbidden, OuraFailure } from '../errors.ts';
import type { OuraClient } from './client.ts';

/**
 * Asks Oura whether it lets us in, before anything is queued: `accepted`, or `unknown` where Oura is unavailable or
 * rate-limits (which must not fail a run: waiting is the queue's business). Throws what
 * no further attempt would change, such as a 401 or 403.
 *
 * It asks `daily_sleep` for one day, and not `personal_info`: that answers 401 to a good token without the scope
 * `personal`, which we do not ask for, and 200 to one without `daily`, which we cannot do without. Only after a 401 does it
 * ask `personal_info` too (its `id` needs no scope by Oura's document): an answer there shows that the token lives, so it is the
 * scope that is missing. No answer proves nothing, and the key counts as rejected; the remedy, to reconnect, is the same.
 * @param renew whether there is another token to ask with, once: a connection can be refreshed before its time. Where it throws
 *   what may pass, nothing is known either
 */
export const checkCredentials = async (
  client: OuraClient,
  today: Day,
  renew: () => Promise<boolean> = async () => false,
): Promise<'accepted' | 'unknown'> => {
  try {
    const range = { start_date: addDays(today, -1), end_date: today };
    await client.pages('daily_sleep', range).next();
    return 'accepted';
  } catch (error) {
    if (error instanceof OuraFailure && error.rejectsToken) {
      const lives = await client.personalInfo().then(
        () => true,
        () => false,
      );
      if (lives) throw new AccessForbidden({ collection: 'daily_sleep', status: 401, cause: error });
      const renewed = await renew().catch((failure: unknown) => {
        if (consequencesOf(failure).retryable) return undefined;
        throw failure;
      });
      if (renewed === undefined) return 'unknown';
      if (renewed) return checkCredentials(client, today);
    }
    if (consequencesOf(error).retryable) return 'unknown';
    throw error;
  }
};
