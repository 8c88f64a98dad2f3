import { CAUSES } from '../../core/causes.ts';
import { AppError, type Consequences } from '../../core/errors.ts';
/** DynamoDB kept handing keys or items back unprocessed. Retryable. */
export class TableThrottled extends AppError {
  override readonly name = 'TableThrottled';
  override readonly consequences: Consequences = CAUSES.TableThrottled;
}

/** A table that hands some back this often in a row is throttled for good; each round waits longer, 50 ms to 1.6 s. */
const MOST_ROUNDS = 6;

/**
 * Calls `send` with `all`, then with what it returns as unprocessed, until that is nothing: a batch call of DynamoDB succeeds
 * where it did a part of its work. Throws {@link TableThrottled}.
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
