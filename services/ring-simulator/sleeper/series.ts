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
    const free: { readonly at: number; readonly weight: number }[] = [];
    for (let at = latency; at < epochs; at += 1)
      if (stages[at] === '2') free.push({ at, weight: weigh(at - latency) });
    free.sort((a, b) => b.weight - a.weight);
    for (const { at } of free.slice(0, count)) stages[at] = stage;
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

/** The most frequent stage of each five-minute block. The last block may be shorter. */
export const everyFiveMinutes = (phases: string): string => {
  const stages = ['1', '2', '3', '4'] as const;
  return (phases.match(/.{1,10}/g) ?? [])
    .map((block) => {
      const count = (stage: string) => block.split(stage).length;
      return stages.reduce((most, stage) => (count(stage) > count(most) ? stage : most), stages[0]);
    })
    .join('');
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
