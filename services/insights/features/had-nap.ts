import type { SleepRecord } from '../../../shared/core/sleep-record.ts';

const NAP_TYPES: readonly unknown[] = ['sleep', 'late_nap'];

/** A list of periods, however it was stored. */
const periodsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Whether the night held a short period that counts, `sleep` or `late_nap`, when it was first stored: a later revision says
 * nothing of what was known then.
 */
export const hadNap = ({ history, periods }: SleepRecord): boolean => {
  const replaced = history.find(({ changed }) => 'periods' in changed);
  const first = replaced === undefined ? periods : periodsIn(replaced.changed['periods']);
  return first.some(
    (period) =>
      typeof period === 'object' && period !== null && 'type' in period && NAP_TYPES.includes(period.type),
  );
};
