import type { VNode } from 'preact';
import { type Day, isDay } from '../../../shared/core/day.ts';
import { EARLIEST } from '../server/api.ts';

/** A field for a date. @param latest the last date that it accepts @param onPick called with each complete, accepted date */
export const DateField = ({
  label,
  value,
  latest,
  onPick,
}: {
  label: string;
  value: Day;
  latest: Day;
  onPick: (day: Day) => void;
}): VNode => (
  <input
    type="date"
    aria-label={label}
    required
    min={EARLIEST}
    max={latest}
    value={value}
    onChange={({ currentTarget: { validity, value: day } }) => {
      // While the user types a year, the field has the date 0002-03-10.
      if (validity.valid && isDay(day)) onPick(day);
    }}
  />
);
