import type { TrendMetric } from '../../server/api.ts';

/** A sleep stage and its metric of a night. The styles define a colour with the name of each stage. */
export interface Stage {
  readonly stage: 'deep' | 'rem' | 'light' | 'awake';
  readonly metric: TrendMetric;
  readonly label: string;
}

/** In stacking order, deepest first. */
export const STAGES: readonly Stage[] = [
  { stage: 'deep', metric: 'deep_sleep_duration', label: 'Deep' },
  { stage: 'rem', metric: 'rem_sleep_duration', label: 'REM' },
  { stage: 'light', metric: 'light_sleep_duration', label: 'Light' },
  { stage: 'awake', metric: 'awake_duration', label: 'Awake' },
];

/** The name of a stage; `unknown` is a stretch without a stage from Oura. */
export const stageLabel = (stage: Stage['stage'] | 'unknown'): string =>
  STAGES.find((each) => each.stage === stage)?.label ?? 'No data';
