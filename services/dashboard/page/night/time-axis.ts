import type { PlacedPeriod } from './placed-periods.ts';

const HOUR_MS = 3_600_000;
/** A longer time out of bed takes only {@link breakWidth}, unless it is between two parts of the night. */
const LONGEST_SHOWN_MS = HOUR_MS;
/** Enough for a short nap to be seen and pointed at (px). */
const LEAST_WIDTH = 24;
const NARROW = 480;
/** A narrow chart has no place for the words in a break. */
const breakWidth = (width: number): number => (width < NARROW ? 22 : 54);

/** A stretch of time that is drawn to scale, in epoch ms, and its place in pixels. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly x1: number;
  readonly x2: number;
}

const joins = (one: PlacedPeriod, next: PlacedPeriod): boolean =>
  next.from - one.to <= LONGEST_SHOWN_MS || (one.period.role === 'part' && next.period.role === 'part');

/**
 * Divides an axis among the night and its naps: long times between them are shortened, everything else is to scale, except that
 * a nap has a least width.
 * @param left the first pixel
 * @param right the last one
 */
export const segmentsOf = (placed: readonly PlacedPeriod[], left: number, right: number): Segment[] => {
  const spans: { from: number; to: number }[] = [];
  for (const [index, period] of placed.entries()) {
    const [last, before] = [spans.at(-1), placed[index - 1]];
    if (last && before && joins(before, period)) last.to = Math.max(last.to, period.to);
    else spans.push({ from: period.from, to: period.to });
  }
  // However many naps there are, at least a quarter of the width is to scale.
  const share = (right - left) / (2 * spans.length);
  const gap = Math.min(breakWidth(right - left), share);
  const room = right - left - gap * (spans.length - 1);
  const least = Math.min(LEAST_WIDTH, share / 2);
  const length = ({ from, to }: { from: number; to: number }): number => to - from;
  const total = spans.reduce((sum, span) => sum + length(span), 0);
  const isShort = (span: { from: number; to: number }): boolean => (room * length(span)) / total < least;
  const short = spans.filter(isShort);
  const perMs = (room - least * short.length) / (total - short.reduce((sum, span) => sum + length(span), 0));
  let x = left;
  return spans.map((span) => {
    const x1 = x;
    const x2 = x1 + (isShort(span) ? least : length(span) * perMs);
    x = x2 + gap;
    return { ...span, x1, x2 };
  });
};

/** The times out of bed between two periods, in epoch ms. */
export const pausesOf = (placed: readonly PlacedPeriod[]): { from: number; to: number }[] =>
  placed.slice(1).flatMap((period, index) => {
    const from = placed[index]?.to ?? period.from;
    return period.from > from ? [{ from, to: period.from }] : [];
  });
