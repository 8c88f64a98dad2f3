import { addDays, type Day } from '../../core/day.ts';
import { AppError } from '../../core/errors.ts';
import { AccessForbidden, CredentialsRejected, OuraFailure } from '../errors.ts';
import type { OuraClient } from './client.ts';

// An unexpected error is a bug or a missing right: the run fails at once, with the error in the log.
const isTransient = (error: unknown): boolean => error instanceof AppError && error.consequences.retryable;

/**
 * Checks whether Oura accepts the credentials, before anything is queued: `accepted`, or `unknown` if Oura is unavailable or
 * limits the rate, which must not fail a run, because the queue waits. Throws the errors that
 * no further attempt would change, such as a 401 or 403.
 *
 * It requests one day of `sleep`, the only collection that a night cannot do without, and not `personal_info`: that
 * responds with 401 to a valid token without the scope `personal`, which we do not request, and with 200 to one without
 * `daily`, which we need. Only after a 401 does it request `personal_info` too (its `id` needs no scope according to
 * Oura): a 200 shows that the token is valid, so the scope is missing. Otherwise the key counts as rejected. The remedy,
 * to reconnect, is the same.
 * @param renew returns whether there is another token, once: a connection can be refreshed early. If it throws
 *   a retryable error, the result is `unknown` too
 */
export const checkCredentials = async (
  client: OuraClient,
  today: Day,
  renew: () => Promise<boolean> = async () => false,
): Promise<'accepted' | 'unknown'> => {
  try {
    const range = { start_date: addDays(today, -1), end_date: today };
    await client.pages('sleep', range).next();
    return 'accepted';
  } catch (error) {
    if (error instanceof OuraFailure && error.rejectsToken) {
      const lives = await client.personalInfo().then(
        () => true,
        () => false,
      );
      const scope = error instanceof CredentialsRejected ? error.scope : undefined;
      if (lives) throw new AccessForbidden({ collection: 'sleep', status: 401, scope, cause: error });
      const renewed = await renew().catch((failure: unknown) => {
        if (isTransient(failure)) return undefined;
        throw failure;
      });
      if (renewed === undefined) return 'unknown';
      if (renewed) return checkCredentials(client, today);
    }
    if (isTransient(error)) return 'unknown';
    throw error;
  }
};
