import type { SleepRecord } from '../../../shared/core/sleep-record.ts';

const NAP_TYPES: readonly unknown[] = ['sleep', 'late_nap'];

/** Revisions store values of any shape. Anything but a list counts as no periods. */
const periodsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Whether the night had a counted short period (`sleep` or `late_nap`) when it was first stored. Later revisions do not change
 * what was known then.
 */
export const hadNap = ({ history, periods }: SleepRecord): boolean => {
  const replaced = history.find(({ changed }) => 'periods' in changed);
  const first = replaced === undefined ? periods : periodsIn(replaced.changed['periods']);
  return first.some(
    (period) =>
      typeof period === 'object' && period !== null && 'type' in period && NAP_TYPES.includes(period.type),
  );
};
