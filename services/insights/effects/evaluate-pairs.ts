import type { Day } from '../../../shared/core/day.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { winsorise } from '../statistics/winsorise.ts';
import { type Adjustment, adjustedFor, levelColumns, slowVariation } from './controls.ts';
import type { Column, Pair } from './pairs.ts';
import { type PartialEffect, partialEffect } from './partial-effect.ts';

/** Pairs with fewer sessions are not tested. */
export const FEWEST_SESSIONS = 20;
/** A measure that is almost always the same has no effect that a few other values could show. */
const FEWEST_OTHERS = 8;

/** A pair and the sessions that have both measures. */
export interface Untested {
  readonly pair: Pair;
  /** Places in the dates of the sessions. */
  readonly rows: readonly number[];
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
  const values = Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === values.length) return values;
  const mean = known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
  return values.map((value) => (Number.isNaN(value) ? mean : value));
};

const varies = (values: Float64Array): boolean => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return values.length - Math.max(0, ...counts.values()) >= FEWEST_OTHERS;
};

/** Evaluates pairs one after another. Pairs with the same sessions and controls share the work. */
export const createEvaluator = (dates: readonly Day[]): ((pair: Pair) => Tested | Untested) => {
  const days = Float64Array.from(dates, dayNumberOf);
  const slow = new Map<string, Adjustment>();
  const shared = new Map<string, Map<readonly Column[], Adjustment>>();
  const extremes = new Map<Column, Float64Array>();

  /** Controls are the same columns for many pairs. */
  const withoutExtremes = (column: Column): Float64Array => {
    const known = extremes.get(column) ?? winsoriseKnown(column);
    extremes.set(column, known);
    return known;
  };
  const slowOf = (key: string, rows: readonly number[]): Adjustment => {
    const known = slow.get(key) ?? slowVariation(selectControl(days, rows));
    slow.set(key, known);
    return known;
  };
  const commonOf = (key: string, rows: readonly number[], { common }: Pair): Adjustment => {
    const byControls = shared.get(key) ?? new Map<readonly Column[], Adjustment>();
    shared.set(key, byControls);
    const known =
      byControls.get(common) ??
      adjustedFor(
        slowOf(key, rows),
        common.map((column) => selectControl(withoutExtremes(column), rows)),
      );
    byControls.set(common, known);
    return known;
  };

  return (pair) => {
    const rows = [...dates.keys()].filter(
      (row) => Number.isFinite(pair.x[row]) && Number.isFinite(pair.y[row]),
    );
    const x = winsorise(selectControl(pair.x, rows));
    const y = winsorise(selectControl(pair.y, rows));
    if (rows.length < FEWEST_SESSIONS || !varies(x) || !varies(y)) return { pair, rows };
    const key = rows.join();
    const slowest = slowOf(key, rows);
    const own = pair.own.map((column) => selectControl(withoutExtremes(column), rows));
    const adjustment = adjustedFor(commonOf(key, rows, pair), [
      ...own,
      ...levelColumns(x, slowest),
      ...levelColumns(y, slowest),
    ]);
    const effect = partialEffect(x, y, adjustment);
    return effect
      ? { pair, rows, x, y, adjustment, effect, kept: keptShare(pair, rows, adjustment) }
      : { pair, rows };
  };
};

/**
 * The share of an effect that the regression keeps. Removing slow variation with neighbours on both sides makes a session's
 * residual depend on the previous session's, so that session, as a control, explains some of the effect (Nickell 1981,
 * Econometrica 49, 1417-1426). For white noise the lost share is the squared autocorrelation of the residuals.
 */
const keptShare = ({ echoes }: Pair, rows: readonly number[], adjustment: Adjustment): number => {
  const overlap = adjustment.overlap((place) => echoes[rows[place] ?? -1] === true);
  return 1 - (overlap / (rows.length - adjustment.rank)) ** 2;
};

const winsoriseKnown = (column: Column): Float64Array => {
  const places = [...column.keys()].filter((at) => Number.isFinite(column[at]));
  const pulled = winsorise(Float64Array.from(places, (at) => column[at] ?? Number.NaN));
  const result = column.slice();
  for (const [at, place] of places.entries()) result[place] = pulled[at] ?? Number.NaN;
  return result;
};
