import type { NightAnswer, NightPeriod, NightSample } from '../../server/api.ts';

/** What the ring recorded in a stretch of time. */
type StretchStage = NonNullable<NightSample['phase']> | 'unknown';

/** A counted period on the time axis; instants in epoch ms. */
export interface PlacedPeriod {
  readonly period: NightPeriod;
  readonly from: number;
  readonly to: number;
}

/** A stretch of time in one stage, in epoch ms. */
export interface Stretch {
  readonly stage: StretchStage;
  readonly from: number;
  readonly to: number;
}

/** A value of a curve at an instant (epoch ms). Points of one run follow each other without a missing value. */
export interface CurvePoint {
  readonly at: number;
  readonly value: number;
  readonly run: string;
}

/** A period that has not ended yet lasts until its last sample. */
const endOf = ({ end, samples }: NightPeriod, from: number, phaseMs: number): number =>
  end === null ? Math.max(from, ...samples.map(({ at }) => at + phaseMs)) : Date.parse(end);

/** The counted periods that have a place on the axis, in their order. */
export const placedPeriods = ({
  periods,
  phase_seconds,
}: Pick<NightAnswer, 'periods' | 'phase_seconds'>): PlacedPeriod[] =>
  periods.flatMap((period) => {
    if (period.role === 'ignored' || period.start === null) return [];
    const from = Date.parse(period.start);
    const to = endOf(period, from, phase_seconds * 1000);
    return to > from ? [{ period, from, to }] : [];
  });

/**
 * The stages of a period from its start to its end. Neighbours of the same stage are one stretch; time without a stage is
 * `unknown`. The last phase ends with the period.
 */
export const stretchesOf = ({ period, from, to }: PlacedPeriod, phase_seconds: number): Stretch[] => {
  const stretches: Stretch[] = [];
  let known = from;
  const add = (next: Stretch): void => {
    const last = stretches.at(-1);
    if (last?.stage === next.stage) stretches[stretches.length - 1] = { ...last, to: next.to };
    else if (next.to > next.from) stretches.push(next);
    known = next.to;
  };
  const fill = (until: number): void => {
    if (until > known) add({ stage: 'unknown', from: known, to: until });
  };
  for (const { at, phase } of period.samples) {
    if (phase === null) continue;
    fill(at);
    const end = at + phase_seconds * 1000;
    add({ stage: phase, from: at, to: at < to ? Math.min(end, to) : end });
  }
  fill(to);
  return stretches;
};

/** Whether Oura sent stages of the period. */
export const hasStages = ({ period }: PlacedPeriod): boolean =>
  period.samples.some(({ phase }) => phase !== null);

/** A step is missing if the next value is later than this many usual steps. */
const MISSING_STEPS = 1.5;

/** The values of a curve of all periods, in runs that a missing value or the end of a period ends. */
export const curveOf = (placed: readonly PlacedPeriod[], curve: 'heart_rate' | 'hrv'): CurvePoint[] =>
  placed.flatMap(({ period, from }) => {
    const known = period.samples.flatMap(({ at, [curve]: value }) => (value === null ? [] : [{ at, value }]));
    const steps = known.slice(1).map(({ at }, index) => at - (known[index]?.at ?? at));
    const step = Math.min(...steps);
    let run = 0;
    return known.map((point, index) => {
      if (index > 0 && (steps[index - 1] ?? 0) > MISSING_STEPS * step) run += 1;
      return { ...point, run: `${from}-${run}` };
    });
  });

/** The point with the lowest value, the first one if there are several. */
export const lowestOf = (points: readonly CurvePoint[]): CurvePoint | undefined =>
  points.reduce<CurvePoint | undefined>(
    (lowest, point) => (lowest === undefined || point.value < lowest.value ? point : lowest),
    undefined,
  );
