import { CAUSES } from '../../core/causes.ts';
import { AppError, type Consequences } from '../../core/errors.ts';
/** DynamoDB repeatedly returned unprocessed keys or items. Retryable. */
export class TableThrottled extends AppError {
  override readonly name = 'TableThrottled';
  override readonly consequences: Consequences = CAUSES.TableThrottled;
}

/** After this many rounds with unprocessed items, give up. Each round waits longer, from 50 ms to 1.6 s. */
const MOST_ROUNDS = 6;

/**
 * Calls `send` with `all`, then with the unprocessed part that it returns, until that is empty. A batch call of
 * DynamoDB succeeds even if it processed only a part. Throws {@link TableThrottled}.
 */
export const retryUnprocessed = async <T>(
  tableName: string,
  all: readonly T[],
  send: (left: readonly T[]) => Promise<readonly T[]>,
): Promise<void> => {
  let left = all;
  for (let round = 0; left.length > 0; round++) {
    if (round === MOST_ROUNDS) throw new TableThrottled(`The table ${tableName} left a part unprocessed`);
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** round));
    left = await send(left);
  }
};
