import { iso } from '../../../shared/core/clock.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { Night, PeriodSeries, Samples } from '../../../shared/core/sleep-record.ts';
import { type ColumnOf, column } from './table.ts';

/** One digit of `sleep_phase_5_min` is this long (s). */
export const PHASE_SECONDS = 300;
const PHASES = { 1: 'deep', 2: 'light', 3: 'rem', 4: 'awake' } as const;
type Phase = (typeof PHASES)[keyof typeof PHASES];

const isDigit = (digit: string): digit is `${keyof typeof PHASES}` => digit in PHASES;

/** The values of a counted period at an instant. */
export interface Sample {
  readonly date: Day;
  readonly period_id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly phase: Phase | null;
  readonly heart_rate: number | null;
  readonly hrv: number | null;
}

/** The values of one curve with their instants (epoch ms). */
const pointsOf = (samples: Samples | null): [at: number, value: number][] => {
  if (samples === null) return [];
  const start = Date.parse(samples.timestamp);
  return samples.items
    .split(',')
    .flatMap((item, index) =>
      item === '' ? [] : [[start + index * samples.interval * 1000, Number(item)] as [number, number]],
    );
};

const samplesOf = (date: Day, bedtime: unknown, series: PeriodSeries): Sample[] => {
  const { period_id, sleep_phase_5_min } = series;
  const rates = new Map(pointsOf(series.heart_rate));
  const variabilities = new Map(pointsOf(series.hrv));
  const start = typeof bedtime === 'string' ? Date.parse(bedtime) : Number.NaN;
  const phases = new Map(
    Number.isNaN(start)
      ? []
      : [...(sleep_phase_5_min ?? '')].map(
          (digit, index) =>
            [start + index * PHASE_SECONDS * 1000, isDigit(digit) ? PHASES[digit] : null] as const,
        ),
  );
  const instants = [...new Set([...phases.keys(), ...rates.keys(), ...variabilities.keys()])];
  return instants
    .sort((one, other) => one - other)
    .map((at) => ({
      date,
      period_id,
      at,
      phase: phases.get(at) ?? null,
      heart_rate: rates.get(at) ?? null,
      hrv: variabilities.get(at) ?? null,
    }));
};

/** The overnight curves of the nights, one sample per instant. */
export const seriesOf = (nights: readonly Pick<Night, 'date' | 'periods' | 'series'>[]): Sample[] =>
  nights.flatMap(({ date, periods, series }) => {
    const bedtimes = new Map(periods.map((period) => [period['id'], period['bedtime_start']]));
    return series.flatMap((each) => samplesOf(date, bedtimes.get(each.period_id), each));
  });

/** One row per sample of the overnight curves. */
export const SERIES_COLUMNS: readonly ColumnOf<Sample>[] = [
  column('date', 'date', '', "Oura's day: the day of waking up", ({ date }) => date),
  column('period_id', 'text', '', "Oura's id of the period", (sample) => sample.period_id),
  column('instant', 'instant', '', 'when the sample begins, UTC', ({ at }) => iso(at)),
  column(
    'phase',
    'text',
    '',
    'phase of the 5 minutes: `deep`, `light`, `rem` or `awake`',
    (sample) => sample.phase,
  ),
  column('heart_rate', 'double', 'bpm', 'heart rate', (sample) => sample.heart_rate),
  column('hrv', 'double', 'ms', 'heart rate variability, rMSSD', (sample) => sample.hrv),
];
