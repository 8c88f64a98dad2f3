import type { GainedRest, SeenScopes } from '../../shared/aws/store/planned-scopes.ts';
import type { SleepTable } from '../../shared/aws/store/sleep-table.ts';
import { SCOPE } from '../../shared/core/collections.ts';
import type { Day } from '../../shared/core/day.ts';
import { DOCUMENT_COLLECTIONS } from '../../shared/core/night/complete-night.ts';

/** The nights of gained scopes that a run requests. */
interface LackingGained {
  readonly dates: readonly Day[];
  readonly rest?: GainedRest;
}

export const NONE_GAINED: LackingGained = { dates: [] };

/**
 * The nights without a value of a collection whose scope the grant has gained since the last look-back run. If there are more
 * than `room`, the newest of them: the next look-back runs continue.
 */
export const datesLackingGained = async (
  scopes: readonly string[],
  { scopes: planned, rest }: SeenScopes = { scopes },
  dates: () => readonly Day[],
  room: number,
  sleepTable: Pick<SleepTable, 'lacking'>,
): Promise<LackingGained> => {
  const since = scopes.filter((scope) => !planned.includes(scope));
  const gained = scopes.filter((scope) => since.includes(scope) || rest?.scopes.includes(scope));
  const collections = DOCUMENT_COLLECTIONS.filter((collection) => gained.includes(SCOPE[collection]));
  if (collections.length === 0) return NONE_GAINED;
  // A scope that was gained while a rest is open applies to every night again.
  const asked = since.length === 0 && rest ? dates().filter((date) => date < rest.before) : dates();
  const lacking = (await sleepTable.lacking(asked, collections)).sort();
  const taken = lacking.slice(Math.max(0, lacking.length - room));
  const [before] = taken;
  const isRest = before !== undefined && taken.length < lacking.length;
  return { dates: taken, ...(isRest && { rest: { scopes: gained, before } }) };
};
