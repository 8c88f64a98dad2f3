import { type MetricDefinition, showClock } from '../../../shared/core/metrics.ts';
import { estimate } from '../../../shared/core/text.ts';
import { POUNDS_PER_KILOGRAM } from '../../../shared/core/weight.ts';
import { type Preferences, preferences } from './preferences.ts';

/** Of a difference of temperatures, which is all that Oura measures. */
const FAHRENHEIT_PER_CELSIUS = 9 / 5;

/** `23:10`, or `11:10 pm` on a clock of 12 hours. @param time `HH:MM` */
export const clockText = (time: string, { clock }: Pick<Preferences, 'clock'> = preferences()): string => {
  if (clock === '24') return time;
  const hour = Number(time.slice(0, 2));
  return `${hour % 12 || 12}${time.slice(2)} ${hour < 12 ? 'am' : 'pm'}`;
};

/** A full hour for the axis of a chart: `23:00`, or `11 pm`. @param hours from midnight, also negative or beyond a day */
export const hourText = (hours: number, chosen: Pick<Preferences, 'clock'> = preferences()): string =>
  clockText(showClock(hours * 60), chosen).replace(chosen.clock === '12' ? ':00' : '', '');

/**
 * A metric or a measure of sleep, as the user wants to see it: `shown(METRICS.temperature_delta)`. Values stay in the stored
 * unit.
 */
export const shown = (
  definition: MetricDefinition,
  chosen: Preferences = preferences(),
): MetricDefinition => {
  const { format, axis, difference } = definition;
  if (format === showClock)
    return { ...definition, format: (value, toWhole) => clockText(showClock(value, toWhole), chosen) };
  if (axis.unit === '°C' && chosen.temperature === '°F')
    return {
      ...definition,
      axis: { unit: '°F', per: 1 / FAHRENHEIT_PER_CELSIUS },
      format: (value, toWhole, more) => format(value * FAHRENHEIT_PER_CELSIUS, toWhole, more),
      suffix: ' °F',
      difference: { ...difference, unit: '°F', per: 1 / FAHRENHEIT_PER_CELSIUS },
    };
  return definition;
};

/** Kilograms in the user's unit. */
export const weightOf = (
  kilograms: number,
  { weight }: Pick<Preferences, 'weight'> = preferences(),
): number => kilograms * (weight === 'lb' ? POUNDS_PER_KILOGRAM : 1);

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** A weight with its unit, such as a volume load: `12,400 kg`. */
export const showWeight = (kilograms: number, chosen: Pick<Preferences, 'weight'> = preferences()): string =>
  `${grouped.format(weightOf(kilograms, chosen))} ${chosen.weight}`;

/** The size of a difference to two digits, with its unit and without its sign: `6.3 ms`. @param change in the stored unit */
export const amountText = (change: number, { per, unit }: MetricDefinition['difference']): string =>
  `${estimate(Math.abs(change) / per)} ${unit}`.trim();
