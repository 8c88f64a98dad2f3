// IMPORTANT: also sent to the browser by the page. No I/O, no AWS SDK.
import { type MetricDefinition, showClock } from './metrics.ts';
import { POUNDS_PER_KILOGRAM } from './weight.ts';

/** The clock and the units that a person can choose; the first is what is stored and exported. */
export const UNIT_CHOICES = {
  clock: ['24', '12'],
  temperature: ['°C', '°F'],
  weight: ['kg', 'lb'],
} as const;
type UnitChoices = typeof UNIT_CHOICES;
export type UnitName = keyof UnitChoices;
export type Units = { readonly [Name in UnitName]: UnitChoices[Name][number] };

export const STORED_UNITS: Units = { clock: '24', temperature: '°C', weight: 'kg' };

/** Of a difference of temperatures, which is all that Oura measures. */
export const FAHRENHEIT_PER_CELSIUS = 9 / 5;

/** `23:10`, or `11:10 pm` on a clock of 12 hours. @param time `HH:MM` */
export const clockIn = ({ clock }: Pick<Units, 'clock'>, time: string): string => {
  if (clock === '24') return time;
  const hour = Number(time.slice(0, 2));
  return `${hour % 12 || 12}${time.slice(2)} ${hour < 12 ? 'am' : 'pm'}`;
};

/** A metric or a measure of sleep in the units. Values stay in the stored unit. */
export const definitionIn = (units: Units, definition: MetricDefinition): MetricDefinition => {
  const { format, axis, difference } = definition;
  if (format === showClock)
    return { ...definition, format: (value, toWhole) => clockIn(units, showClock(value, toWhole)) };
  if (axis.unit === '°C' && units.temperature === '°F')
    return {
      ...definition,
      axis: { unit: '°F', per: 1 / FAHRENHEIT_PER_CELSIUS },
      format: (value, toWhole, more) => format(value * FAHRENHEIT_PER_CELSIUS, toWhole, more),
      suffix: ' °F',
      difference: { ...difference, unit: '°F', per: 1 / FAHRENHEIT_PER_CELSIUS },
    };
  return definition;
};

/** Kilograms in the unit of weights. */
export const weightIn = ({ weight }: Pick<Units, 'weight'>, kilograms: number): number =>
  kilograms * (weight === 'lb' ? POUNDS_PER_KILOGRAM : 1);
