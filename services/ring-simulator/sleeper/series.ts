import { sequenceOf } from './noise.ts';
import { EPOCH, type SleepPeriod } from './periods.ts';

// Destructured once, as in noise.ts.
const { PI, abs, ceil, floor, max, round, sin } = Math;

/** A series of the OpenAPI document: one value (or null) every `interval` seconds from `timestamp`. */
export interface Sample {
  readonly interval: number;
  readonly items: readonly (number | null)[];
  readonly timestamp: string;
}

const CYCLE_EPOCHS = 180;
/** More than a night has: 34 hours. */
const MOST_EPOCHS = 4096;
/** The resolution of a weight. */
const WEIGHT_STEPS = 2 ** 20;

/**
 * Generates the stages of a night, one character per epoch (1 deep, 2 light, 3 REM, 4 awake). The totals match the period
 * exactly. The night starts awake for the latency, then follows cycles of 90 minutes with more deep sleep early, more REM
 * late, and short awakenings in between.
 */
export const hypnogram = (period: SleepPeriod, start: number): string => {
  const chance = sequenceOf(start);
  const epochs = period.timeInBed / EPOCH;
  const latency = period.latency / EPOCH;
  const left = {
    deep: period.deep / EPOCH,
    rem: period.rem / EPOCH,
    awake: period.awake / EPOCH - latency,
  };
  const stages = new Array<string>(epochs).fill('2').fill('4', 0, latency);
  const asleep = max(1, epochs - latency);
  /** Assigns `stage` to the `count` epochs with the highest weights that are still light sleep. */
  const assign = (stage: string, count: number, weigh: (index: number) => number) => {
    const keys = new Float64Array(epochs);
    let free = 0;
    for (let at = latency; at < epochs; at += 1) {
      if (stages[at] !== '2') continue;
      // Weight and position in one number: sorting numbers is far faster than sorting objects.
      keys[free] = floor(weigh(at - latency) * WEIGHT_STEPS) * MOST_EPOCHS + (MOST_EPOCHS - 1 - at);
      free += 1;
    }
    const sorted = keys.subarray(0, free).sort();
    for (const key of sorted.subarray(max(0, free - count)))
      stages[MOST_EPOCHS - 1 - (key % MOST_EPOCHS)] = stage;
  };
  /** How close an epoch is to a position (0-1) in its cycle. */
  const near = (index: number, centre: number) =>
    max(0, 1 - abs((index % CYCLE_EPOCHS) / CYCLE_EPOCHS - centre) / 0.35);
  assign('1', left.deep, (index) => near(index, 0.35) * (1.3 - index / asleep) + 0.15 * chance());
  assign('3', left.rem, (index) => near(index, 0.85) * (0.3 + index / asleep) + 0.15 * chance());
  // Six neighbouring epochs share a weight, so awakenings last several epochs.
  const runs = Array.from({ length: ceil(epochs / 6) + 1 }, chance);
  assign('4', left.awake, (index) => runs[floor(index / 6)] ?? 0);
  return stages.join('');
};

const STAGES = ['1', '2', '3', '4'] as const;
type Stage = (typeof STAGES)[number];

const epochsOf = (stage: Stage, phases: string): number => phases.split(stage).length - 1;

/** Shares out `blocks` among the stages by their epochs, so that each stage is within a block of its share. */
const blocksPerStage = (phases: string, blocks: number): Record<Stage, number> => {
  const shares = STAGES.map((stage) => {
    const share = (blocks * epochsOf(stage, phases)) / phases.length;
    return { stage, whole: floor(share), rest: share - floor(share) };
  });
  const left = blocks - shares.reduce((sum, { whole }) => sum + whole, 0);
  const raised = new Set(shares.toSorted((a, b) => b.rest - a.rest).slice(0, left));
  return Object.fromEntries(
    shares.map((share) => [share.stage, share.whole + (raised.has(share) ? 1 : 0)]),
  ) as Record<Stage, number>;
};

/**
 * The stage of each five-minute block. The last block may be shorter. The blocks add up to the durations of the period, to
 * within a block or two. The rarer stages choose first the blocks with most of their epochs: with a majority per block, short
 * awakenings would be lost.
 */
export const everyFiveMinutes = (phases: string): string => {
  const blocks = phases.match(/.{1,10}/g) ?? [];
  const share = blocksPerStage(phases, blocks.length);
  const stages = new Array<Stage>(blocks.length).fill('2');
  for (const stage of ['4', '1', '3'] as const) {
    const free = blocks
      .map((block, at) => ({ at, epochs: epochsOf(stage, block) }))
      .filter(({ at }) => stages[at] === '2')
      .sort((a, b) => b.epochs - a.epochs || a.at - b.at);
    for (const { at } of free.slice(0, share[stage])) stages[at] = stage;
  }
  return stages.join('');
};

/** Movement per epoch, from 1 (still) to 4 (active): mostly still while asleep, mostly active while awake. */
export const movements = (phases: string, start: number): string => {
  const chance = sequenceOf(start);
  return Array.from(phases, (stage) => {
    const moved = chance();
    if (stage === '4') return moved < 0.3 ? '1' : moved < 0.6 ? '2' : moved < 0.85 ? '3' : '4';
    return moved < 0.94 ? '1' : moved < 0.99 ? '2' : '3';
  }).join('');
};

/**
 * Generates a value every five minutes around `mean`. The values dip by `sag` in the middle of the night, as heart rate
 * does, or rise if `sag` is negative. The first value is null, as in Oura's responses, and so are about 2 % of the others.
 */
export const samples = (
  period: SleepPeriod,
  timestamp: string,
  shape: { readonly mean: number; readonly sag: number; readonly noise: number; readonly start: number },
): Sample => {
  const chance = sequenceOf(shape.start);
  const count = ceil(period.timeInBed / 300);
  const items = Array.from({ length: count }, (_, index) => {
    // Subtracting 2/π, the mean of sin over half a wave, keeps the mean of the series.
    const dip = shape.sag * (sin((PI * (index + 0.5)) / count) - 2 / PI);
    const value = round(shape.mean - dip + shape.noise * (chance() + chance() - 1));
    return index === 0 || chance() < 0.02 ? null : max(1, value);
  });
  return { interval: 300, items, timestamp };
};
