import { SortedValues } from '../statistics/sorted-values.ts';
import { deviationFrom, meanWhere, measured } from './past-values.ts';

export const LAGS = [1, 2, 3] as const;
const USUAL_DAYS = 56;
/** The longest window of {@link KnownValues.features}, days. */
export const FEATURE_DAYS = USUAL_DAYS + 1;

/** The features of one metric. */
export interface MetricFeatures {
  /** The night of the row. Bedtimes in minutes from the first midnight of its date. */
  readonly level: number | null;
  readonly mean_7: number | null;
  readonly mean_28: number | null;
  readonly deviation: number | null;
  /** The nights 1, 2 and 3 days before it. */
  readonly lags: readonly (number | null)[];
}

/**
 * The values of a metric on the days of a calendar, as known in the row of the latest day that has begun, and in order those of
 * the {@link USUAL_DAYS} before it. `ago`: the row's night is that of so many days before, which is 1 for a workout soon after
 * midnight.
 */
export class KnownValues {
  private readonly values: (number | null)[] = [];
  private readonly past = new SortedValues(USUAL_DAYS);
  private day = -1;

  /** The values of `count` days, the last one `ago` days before the latest. */
  last(count: number, ago: number): readonly (number | null)[] {
    const end = this.day + 1 - ago;
    return this.values.slice(Math.max(0, end - count), Math.max(0, end));
  }

  /** The values 1, 2 and 3 days before the row's night. */
  lags(ago: number): (number | null)[] {
    return LAGS.map((lag) => this.values[this.day - ago - lag] ?? null);
  }

  /** Begins the next day of the calendar. */
  begin(): void {
    const [left, entered] = [this.values[this.day - USUAL_DAYS] ?? null, this.values[this.day] ?? null];
    if (left !== null) this.past.remove(left);
    if (entered !== null) this.past.add(entered);
    this.day += 1;
    this.values.push(null);
  }

  /** Changes the value of a day that has begun. */
  set(day: number, value: number | null): void {
    const before = this.values[day] ?? null;
    if (value === before) return;
    this.values[day] = value;
    if (day === this.day || day < this.day - USUAL_DAYS) return;
    if (before !== null) this.past.remove(before);
    if (value !== null) this.past.add(value);
  }

  features(ago: number): MetricFeatures {
    const level = this.values[this.day - ago] ?? null;
    return {
      level,
      mean_7: meanWhere(this.last(7, ago), 4),
      mean_28: meanWhere(this.last(28, ago), 14),
      deviation: level === null ? null : deviationFrom(level, this.usual(ago)),
      lags: this.lags(ago),
    };
  }

  private usual(ago: number): SortedValues {
    return ago === 0 ? this.past : SortedValues.of(measured(this.last(USUAL_DAYS, ago + 1)));
  }
}
