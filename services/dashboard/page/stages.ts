import type { PeriodRow, TrendMetric } from '../server/api.ts';

/** A sleep stage: its metric of a night, its value of a period, and how to draw it. */
export interface Stage {
  readonly stage: 'deep' | 'rem' | 'light' | 'awake';
  readonly metric: TrendMetric;
  readonly label: string;
  readonly colour: string;
  of(period: PeriodRow): number | null;
}

/** In stacking order, deepest first. */
export const STAGES: readonly Stage[] = [
  {
    stage: 'deep',
    metric: 'deep_sleep_duration',
    label: 'Deep',
    colour: 'var(--deep)',
    of: ({ deep }) => deep,
  },
  { stage: 'rem', metric: 'rem_sleep_duration', label: 'REM', colour: 'var(--rem)', of: ({ rem }) => rem },
  {
    stage: 'light',
    metric: 'light_sleep_duration',
    label: 'Light',
    colour: 'var(--light)',
    of: ({ light }) => light,
  },
  {
    stage: 'awake',
    metric: 'awake_duration',
    label: 'Awake',
    colour: 'var(--awake)',
    of: ({ awake }) => awake,
  },
];
