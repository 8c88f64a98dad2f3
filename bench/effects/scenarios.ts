import type { Random } from './random.ts';

/** A value of each day that both sleep and training follow, in standard deviations. */
type Shared = (days: number, random: Random) => (day: number) => number;

/** How a history is made, and what is true in it. */
export interface Scenario {
  readonly name: string;
  /**
   * What would be a false claim: any, or any effect of sleep on training. `nothing` if sleep has an effect: the table then shows
   * what is found.
   */
  readonly falseClaims: 'all' | 'sleep to training' | 'nothing';
  /** A known limit of the method (docs/insights.md), which is shown without a bound. */
  readonly isLimit?: true;
  /** Whether power and coverage have a bound here. */
  readonly isBounded?: true;
  /** Weekdays of training; every second day without it. 0 is Monday. */
  readonly weekdays?: readonly number[];
  /** Days of a week; 7 if not given. */
  readonly daysOfWeek?: number;
  /** Autocorrelation from night to night and from session to session. */
  readonly memory?: number;
  readonly shared?: Shared;
  /** How much of {@link shared} reaches sleep and training. */
  readonly reaches?: { readonly sleep: number; readonly training: number };
  /** Correlation of time asleep with volume, and of HRV with strength. */
  readonly effect?: number;
  /** The night with the effect: 0 the night before. */
  readonly lag?: number;
  readonly shape?: 'reversal' | 'inverted U';
  /** By how many standard deviations a session one standard deviation heavier worsens the next night. */
  readonly strain?: number;
  /** Share of volumes and nights that are wrong by a factor. */
  readonly outliers?: number;
  /** Short nights are missing half of the time, and light sessions a third. */
  readonly isSelective?: true;
  /** A nap after training, longer after a heavy session. */
  readonly naps?: true;
}

const cycle =
  (length: number): Shared =>
  (_, random) => {
    const phase = 2 * Math.PI * random.uniform();
    return (day) => Math.SQRT2 * Math.sin((2 * Math.PI * day) / length + phase);
  };

/** Periods of `length` days with the value 1, each `gap()` days after the end of the one before. */
const periods = (days: number, length: number, gap: () => number): ((day: number) => number) => {
  const values = new Float64Array(days);
  for (let from = Math.floor(gap()); from < days; from += length + Math.floor(gap()))
    values.fill(1, from, Math.min(days, from + length));
  return (day) => values[day] ?? 0;
};

const EVERY = { falseClaims: 'all' } as const;
const LIMIT = { ...EVERY, isLimit: true } as const;
const FOUND = { falseClaims: 'nothing', effect: 0.4 } as const;
const FOUR_A_WEEK = [0, 1, 3, 5];
const TWO_A_WEEK = [1, 4];
const SIX_A_WEEK = [0, 1, 2, 3, 4, 5];

export const SCENARIOS: readonly Scenario[] = [
  { ...EVERY, name: 'independent' },
  { ...EVERY, name: 'AR 0.5', memory: 0.5 },
  { ...EVERY, name: 'AR 0.7', memory: 0.7 },
  { ...EVERY, name: 'AR 0.9', memory: 0.9 },
  { ...EVERY, name: 'AR 0.5, six a week', memory: 0.5, weekdays: SIX_A_WEEK },
  { ...EVERY, name: 'AR 0.9, four a week', memory: 0.9, weekdays: FOUR_A_WEEK },
  { ...EVERY, name: 'trend', shared: (days) => (day) => 6 * (day / days - 0.5) },
  {
    ...{ ...EVERY, name: 'step' },
    shared: (days, random) => {
      const at = days * (0.3 + 0.4 * random.uniform());
      return (day) => (day < at ? 0 : 2);
    },
  },
  { ...EVERY, name: 'weekday', weekdays: FOUR_A_WEEK, shared: () => (day) => (day % 7 === 5 ? 2 : 0) },
  { ...EVERY, name: '14-day cycle', shared: cycle(14) },
  { ...EVERY, name: '14-day cycle, two a week', shared: cycle(14), weekdays: TWO_A_WEEK },
  { ...EVERY, name: '21-day cycle', shared: cycle(21) },
  { ...EVERY, name: '28-day cycle', shared: cycle(28) },
  { ...EVERY, name: '35-day cycle', shared: cycle(35) },
  {
    ...{ ...EVERY, name: 'deloads every 4 to 6 weeks', reaches: { sleep: 1, training: -2 } },
    shared: (days, random) => periods(days, 7, () => 21 + 14 * random.uniform()),
  },
  {
    ...{ ...EVERY, name: 'holidays', reaches: { sleep: 2, training: -2 } },
    shared: (days, random) => periods(days, 10, () => 60 + 60 * random.uniform()),
  },
  { ...EVERY, name: 'nap after training', naps: true, memory: 0.5 },
  { ...EVERY, name: 'outliers', outliers: 0.04 },
  { ...EVERY, name: 'missing not at random', isSelective: true },
  { ...LIMIT, name: '10-day cycle', shared: cycle(10) },
  {
    ...{ ...LIMIT, name: 'illnesses of 5 days', reaches: { sleep: -2, training: -2 } },
    shared: (days, random) => periods(days, 5, () => 40 + 60 * random.uniform()),
  },
  {
    ...{ ...EVERY, name: 'four days on, one off, fatigue', weekdays: [0, 1, 2, 3], daysOfWeek: 5 },
    ...{ reaches: { sleep: -1, training: -1 }, shared: () => (day) => (day % 5) / 2 },
  },
  { name: 'reverse causation', falseClaims: 'sleep to training', strain: 0.6, memory: 0.5 },
  {
    ...{ name: 'reverse causation, four a week', falseClaims: 'sleep to training' },
    ...{ strain: 0.6, memory: 0.5, weekdays: FOUR_A_WEEK },
  },
  { ...FOUND, name: 'effect r = 0.4', isBounded: true },
  { ...FOUND, name: 'effect r = 0.4, AR 0.5', isBounded: true, memory: 0.5 },
  { ...FOUND, name: 'effect r = 0.4, four a week', weekdays: FOUR_A_WEEK },
  { ...FOUND, name: 'effect r = 0.4, AR 0.9', memory: 0.9 },
  { ...FOUND, name: 'effect r = 0.2', effect: 0.2 },
  { ...FOUND, name: 'effect r = 0.4 of the night before last', lag: 1 },
  { ...FOUND, name: 'reversal half-way', effect: 0.5, shape: 'reversal' },
  { ...FOUND, name: 'inverted U', effect: 0.5, shape: 'inverted U' },
];
