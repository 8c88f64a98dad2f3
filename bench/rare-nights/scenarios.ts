import { illnesses, newLevelFrom, type Variation } from './histories.ts';

const isTiming = (metric: string): boolean =>
  metric.startsWith('bedtime') || metric === 'total_sleep_duration';

/** Nights on which nothing happened, whatever their distribution. */
export const CLEAN = {
  'independent, normal': {},
  'AR 0.5': { memory: 0.5 },
  'AR 0.9': { memory: 0.9 },
  'heavy tails (t3)': { shape: 'heavy' },
  'heavy tails, AR 0.5': { shape: 'heavy', memory: 0.5 },
  'skewed (exponential)': { shape: 'skewed' },
  'late Saturdays': {
    memory: 0.3,
    change: (metric, night) => (night % 7 === 3 && isTiming(metric) ? 2.5 : 0),
  },
  '28-day cycle': {
    memory: 0.5,
    change: (metric, night) => {
      const size = metric === 'temperature_delta' ? 1.2 : metric.includes('heart_rate') ? 0.8 : 0;
      return size * Math.sign(Math.sin((2 * Math.PI * night) / 28));
    },
  },
  'trend, 4 spreads a year': { memory: 0.5, change: (_, night) => (4 * night) / 365 },
  'a tenth missing': { memory: 0.3, missing: 0.1 },
  'a tenth split': { memory: 0.3, split: 0.1 },
} as const satisfies Record<string, Variation>;
export type CleanScenario = keyof typeof CLEAN;

const MEMORY = 0.5;
/** Three illnesses a year, from the second year on. */
export const ILL_NIGHTS = Array.from({ length: 6 }, (_, index) => 400 + 120 * index);
/** The night of the change. */
export const CHANGED_NIGHT = 400;

/** Nights on which something happened. Sizes in standard deviations of the metrics. */
export const PLANTED = {
  'illness of 3 spreads': { memory: MEMORY, change: illnesses(ILL_NIGHTS, 3) },
  'illness of 2.5 spreads': { memory: MEMORY, change: illnesses(ILL_NIGHTS, 2.5) },
  'illness of 2 spreads': { memory: MEMORY, change: illnesses(ILL_NIGHTS, 2) },
  'illness of 3 spreads, t3': { shape: 'heavy', change: illnesses(ILL_NIGHTS, 3) },
  'new ring with an id, 4 spreads': {
    memory: MEMORY,
    change: newLevelFrom(CHANGED_NIGHT, 4),
    newRing: CHANGED_NIGHT,
  },
  'new level, 2 spreads': { memory: MEMORY, change: newLevelFrom(CHANGED_NIGHT, 2) },
  'new level, 4 spreads': { memory: MEMORY, change: newLevelFrom(CHANGED_NIGHT, 4) },
} as const satisfies Record<string, Variation>;
export type PlantedScenario = keyof typeof PLANTED;
