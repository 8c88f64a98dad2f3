import { type MetricDefinition, showClock } from '../../../shared/core/metrics.ts';
import { estimate } from '../../../shared/core/text.ts';
import {
  clockIn,
  definitionIn,
  STORED_UNITS,
  UNIT_CHOICES,
  type UnitName,
  weightIn,
} from '../../../shared/core/units.ts';
import { preferences } from './preferences.ts';

/** A clock time as the user wants to see it. @param time `HH:MM` */
export const clockText = (time: string): string => clockIn(preferences(), time);

/** A full hour for the axis of a chart: `23:00`, or `11 pm`. @param hours from midnight, also negative or beyond a day */
export const hourText = (hours: number): string =>
  clockText(showClock(hours * 60)).replace(preferences().clock === '12' ? ':00' : '', '');

/** A metric or a measure of sleep, as the user wants to see it: `shown(METRICS.temperature_delta)`. */
export const shown = (definition: MetricDefinition): MetricDefinition =>
  definitionIn(preferences(), definition);

/** Kilograms in the user's unit. */
export const weightOf = (kilograms: number): number => weightIn(preferences(), kilograms);

export const weightUnit = (): string => preferences().weight;

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** A weight with its unit, such as a volume load: `12,400 kg`. */
export const showWeight = (kilograms: number): string =>
  `${grouped.format(weightOf(kilograms))} ${weightUnit()}`;

/** A path of the API whose sentences shall be in the user's units. Only what differs from the stored ones is added. */
export const inUnits = (path: string): string => {
  const names = Object.keys(UNIT_CHOICES) as UnitName[];
  const chosen = names.filter((name) => preferences()[name] !== STORED_UNITS[name]);
  if (chosen.length === 0) return path;
  const query = new URLSearchParams(chosen.map((name) => [name, preferences()[name]]));
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
};

/** The size of a difference to two digits, with its unit and without its sign: `6.3 ms`. @param change in the stored unit */
export const amountText = (change: number, { per, unit }: MetricDefinition['difference']): string =>
  `${estimate(Math.abs(change) / per)} ${unit}`.trim();
