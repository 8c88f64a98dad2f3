import type { Day } from '../../../shared/core/day.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { isNew } from '../statistics/orthonormal.ts';
import { winsorise } from '../statistics/winsorise.ts';
import {
  type Adjustment,
  adjustmentFor,
  type Levels,
  residualsOf,
  type SlowVariation,
  slowVariation,
} from './controls.ts';
import type { Direction } from './effects-report.ts';
import { type Kind, levelColumns, type Measure } from './level-columns.ts';
import { echoOf, memoryOf } from './memory.ts';
import type { Column, Pair } from './pairs.ts';
import { type PartialEffect, relate } from './partial-effect.ts';

/** Pairs with fewer sessions are not tested. */
const FEWEST_SESSIONS = 20;
/** Fewer degrees of freedom say nothing. */
const LEAST_FREEDOM = 10;
/** A measure that is almost always the same has no effect that a few other values could show. */
const FEWEST_OTHERS = 8;

/**
 * Why a pair was not tested: about how many sessions a test needs, one of the two measures hardly varies, or the sessions are too
 * rare to know the slow variation between them.
 */
export type WhyUntested = { readonly needed: number } | 'hardly varies' | 'rare sessions';

/** A pair and the sessions that have both measures. */
export interface Untested {
  readonly pair: Pair;
  /** Places in the dates of the sessions. */
  readonly rows: readonly number[];
  readonly why: WhyUntested;
  readonly effect?: undefined;
}

/** A pair and its relation given the controls. */
export interface Tested {
  readonly pair: Pair;
  readonly rows: readonly number[];
  /** The measures of these sessions, without their extremes. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly adjustment: Adjustment;
  readonly effect: PartialEffect;
  /** The share of the true slope that the slope of {@link effect} keeps. */
  readonly kept: number;
}

/** The values of some sessions. A control that is unknown counts as its mean. */
export const selectControl = (column: Column, rows: readonly number[]): Float64Array => {
  const values = new Float64Array(rows.length);
  let [sum, unknown] = [0, 0];
  for (const [at, row] of rows.entries()) {
    const value = column[row] ?? Number.NaN;
    values[at] = value;
    if (Number.isNaN(value)) unknown += 1;
    else sum += value;
  }
  const mean = sum / Math.max(1, values.length - unknown);
  return unknown === 0 ? values : values.map((value) => (Number.isNaN(value) ? mean : value));
};

const varies = (values: Float64Array): boolean => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return values.length - Math.max(0, ...counts.values()) >= FEWEST_OTHERS;
};

/** A side or a control of a pair. */
interface Prepared {
  readonly values: Float64Array;
  /** Without its slow variation; `undefined` if nothing remains. */
  readonly rest: Float64Array | undefined;
}

/** Of a larger share of the sessions, the slow variation leaves too little. One session every four days has 0.67. */
const MOST_SLOW = 0.75;

/**
 * About how many sessions leave {@link LEAST_FREEDOM}. The controls have a fixed number, and the slow variation grows with the
 * days: a third of the sessions if every second day has one.
 */
const tooFew = ({ controls }: Pair, sessions: number, slowShare = 1 / 3): WhyUntested => ({
  needed: Math.max(sessions + 1, Math.ceil((LEAST_FREEDOM + 1 + 2 + controls.length) / (1 - slowShare))),
});

/** What a measure does besides slow variation and noise. */
interface Level {
  /** From session to session. */
  readonly memory: number;
  readonly levels: Levels;
}

/**
 * A week of rest looks like memory, and memory looks like weeks of rest. So the memory is that of the measure without all periods
 * that could be levels, and of these only those remain that it does not explain.
 */
const levelOf = (measure: Measure, slow: SlowVariation, kind: Kind): Level => {
  const withoutLevels = adjustmentFor(slow, levelColumns(measure, slow, 0, kind));
  const rest = measure.rest.slice();
  withoutLevels.removeOthers(rest);
  const memory = isNew(rest, measure.values) ? memoryOf(rest, withoutLevels) : 0;
  return { memory, levels: levelColumns(measure, slow, memory, kind) };
};

/** Prepares the measures of the sessions `rows`. Each is a side or a control of many pairs. */
const createPreparation = (rows: readonly number[], days: Float64Array) => {
  const slow = slowVariation(selectControl(days, rows));
  const prepared = new Map<Column, Prepared>();
  const levels = new Map<Column, Level>();
  return {
    slow,
    prepare: (column: Column): Prepared => {
      const known = prepared.get(column);
      if (known) return known;
      const values = winsorise(selectControl(column, rows));
      const made = { values, rest: residualsOf(values, slow) };
      prepared.set(column, made);
      return made;
    },
    /** Only sides have a level. */
    levelOf: (column: Column, measure: Measure, kind: Kind): Level => {
      const level = levels.get(column) ?? levelOf(measure, slow, kind);
      levels.set(column, level);
      return level;
    },
  };
};

/** The earlier and the later measure of a pair. */
const KINDS = {
  sleep_to_training: ['sleep', 'training'],
  training_to_sleep: ['training', 'sleep'],
} as const;

/** Evaluates pairs one after another. Pairs with the same sessions share the work. */
export const createEvaluator = (
  dates: readonly Day[],
  direction: Direction,
): ((pair: Pair) => Tested | Untested) => {
  const days = Float64Array.from(dates, dayNumberOf);
  const kinds = KINDS[direction];
  const preparations = new Map<string, ReturnType<typeof createPreparation>>();
  return (pair) => {
    const rows = [...dates.keys()].filter(
      (row) => Number.isFinite(pair.x[row]) && Number.isFinite(pair.y[row]),
    );
    const both = { pair, rows };
    if (rows.length < FEWEST_SESSIONS) return { ...both, why: tooFew(pair, rows.length) };
    const key = rows.join();
    const preparation = preparations.get(key) ?? createPreparation(rows, days);
    preparations.set(key, preparation);
    const { slow, prepare } = preparation;
    const nothing: Untested = { ...both, why: 'hardly varies' };
    const [x, y] = [prepare(pair.x), prepare(pair.y)];
    if (!varies(x.values) || !varies(y.values)) return nothing;
    const slowShare = (slow.rank - 2) / rows.length;
    if (slowShare > MOST_SLOW) return { ...both, why: 'rare sessions' };
    if (!x.rest || !y.rest) return nothing;
    const ofX = preparation.levelOf(pair.x, { values: x.values, rest: x.rest }, kinds[0]);
    const ofY = preparation.levelOf(pair.y, { values: y.values, rest: y.rest }, kinds[1]);
    const adjustment = adjustmentFor(slow, ofX.levels, ofY.levels).withRests(
      pair.controls.flatMap((column) => prepare(column).rest ?? []),
    );
    const freedom = rows.length - adjustment.rank - 1;
    if (freedom < LEAST_FREEDOM) return { ...both, why: tooFew(pair, rows.length, slowShare) };
    const [restOfX, restOfY] = [x.rest.slice(), y.rest.slice()];
    adjustment.removeOthers(restOfX);
    adjustment.removeOthers(restOfY);
    if (!isNew(restOfX, x.rest) || !isNew(restOfY, y.rest)) return nothing;
    const share = rows.filter((row) => pair.echoes[row]).length / rows.length;
    const { kept, inflation } = echoOf(restOfX, adjustment, ofY.memory, share);
    const effect = relate(restOfX, restOfY, { freedom, inflation });
    return { ...both, ...{ x: x.values, y: y.values, adjustment, effect, kept } };
  };
};
