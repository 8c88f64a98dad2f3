import { type Collection, type DateRange, NIGHT_COLLECTIONS } from '../../core/collections.ts';
import { addDays, type Day, daysBetween } from '../../core/day.ts';
import { OuraFailure } from '../errors.ts';

/** Dates that are requested together. */
export interface FetchWindow extends DateRange {
  /** The requested dates, sorted, each once. */
  readonly dates: readonly Day[];
  readonly first: Day;
  readonly last: Day;
  /** `first` less {@link PADDING_DAYS}. */
  readonly start_date: Day;
  /** `last` plus {@link PADDING_DAYS}. */
  readonly end_date: Day;
}

/**
 * Days requested on either side. Oura's range selects `sleep` by the UTC instant of going to bed and excludes the end,
 * while we want records by `day`. UTC offset (up to 14 h), the exclusive end and `late_nap`, which belongs to the next
 * day, add up to less than two days (docs/oura-api.md §2.1).
 */
export const PADDING_DAYS = 2;

/**
 * The longest window, padding included, and the shorter ones to use if Oura rejects that much at once. Others use two
 * years. Oura's FAQ advises three months. Three weeks are a small response even with every series
 * (docs/decisions/0011).
 */
export const WINDOW_DAYS = [731, 90, 21] as const;

/** Assumed records per page: a page of heartrate holds 1,000, and `sleep` returned 563 without a next page (docs/oura-api.md §2). */
export const PAGE_RECORDS = 1000;

/** Assumed records per day: a night, and a nap every other day; one document in a daily collection. */
export const RECORDS_PER_DAY: Readonly<Record<Collection, number>> = {
  sleep: 1.5,
  daily_sleep: 1,
  daily_readiness: 1,
  daily_spo2: 1,
  daily_activity: 1,
};

export interface WindowOptions {
  /** @default those of a night */
  readonly collections?: readonly Collection[];
  /** @default the first of {@link WINDOW_DAYS} */
  readonly longestDays?: number;
}

/** The number of days in a range. */
const lengthOf = ({ start_date, end_date }: DateRange): number => daysBetween(start_date, end_date) + 1;

/** The expected requests of a window of `days` days: at least a page of each collection. */
const expectedRequests = (days: number, collections: readonly Collection[] = NIGHT_COLLECTIONS): number =>
  collections.reduce(
    (sum, collection) => sum + Math.ceil((days * RECORDS_PER_DAY[collection]) / PAGE_RECORDS),
    0,
  );

/** The cost of a choice of windows. An earlier part counts more than all later ones. */
type Cost = readonly [requests: number, days: number, unevenness: number];

const isLess = (one: Cost, other: Cost): boolean =>
  (one[0] - other[0] || one[1] - other[1] || one[2] - other[2]) < 0;

/**
 * Returns the windows that cover `dates` (any order, duplicates allowed) with the fewest requests, by date. Of several such
 * choices, picks one with the fewest days, which excludes wide gaps, and of these the most even one, so that a
 * sleeper with more naps than assumed does not need another page in each window.
 */
export const fetchWindows = (dates: readonly Day[], options: WindowOptions = {}): FetchWindow[] => {
  const { collections = NIGHT_COLLECTIONS, longestDays = WINDOW_DAYS[0] } = options;
  const sorted = [...new Set(dates)].sort();
  const numbers = sorted.map((date) => daysBetween('1970-01-01', date));
  const requests = Array.from({ length: longestDays + 1 }, (_, days) => expectedRequests(days, collections));

  // best[count]: the cheapest windows for the first `count` dates, and with which date the last of them begins.
  const best: { cost: Cost; begins: number }[] = [{ cost: [0, 0, 0], begins: 0 }];
  for (const [index, number] of numbers.entries()) {
    let cheapest: { cost: Cost; begins: number } | undefined;
    for (let begins = index; begins >= 0; begins--) {
      const days = number - (numbers[begins] ?? 0) + 1 + 2 * PADDING_DAYS;
      // A single date is a window at any limit.
      if (days > longestDays && begins < index) break;
      const before = best[begins]?.cost ?? [0, 0, 0];
      const asked = requests[days] ?? expectedRequests(days, collections);
      const cost: Cost = [before[0] + asked, before[1] + days, before[2] + days * days];
      if (cheapest === undefined || isLess(cost, cheapest.cost)) cheapest = { cost, begins };
    }
    if (cheapest) best.push(cheapest);
  }

  const windows: FetchWindow[] = [];
  for (let end = sorted.length; end > 0; end = best[end]?.begins ?? 0) {
    windows.unshift(windowOf(sorted.slice(best[end]?.begins, end)));
  }
  return windows;
};

/** The window of `dates`, which are sorted, each once. */
export const windowOf = (dates: readonly Day[]): FetchWindow => {
  const [first = '', last = first] = [dates[0], dates.at(-1)];
  return {
    dates,
    first,
    last,
    start_date: addDays(first, -PADDING_DAYS),
    end_date: addDays(last, PADDING_DAYS),
  };
};

/** Whether a shorter window may succeed. */
export const isTooMuch = (error: unknown): boolean => error instanceof OuraFailure && error.isTooMuch;

/** Whether `range` is longer than Oura's FAQ advises. */
export const isLongWindow = (range: DateRange): boolean => lengthOf(range) > WINDOW_DAYS[1];

/** The windows of a batch one by one. They become shorter when Oura rejects a long one. */
export interface WindowQueue {
  /** Returns the next window to request. */
  next(): FetchWindow | undefined;
  /**
   * Puts the dates of `window`, which was too much at once, and all remaining ones into shorter windows. Returns false if it is as
   * short as possible.
   */
  shorten(window: FetchWindow): boolean;
}

export interface WindowQueueOptions extends WindowOptions {
  /** Windows that hold one of these dates come before the others. */
  readonly urgent?: ReadonlySet<Day>;
}

export const windowQueue = (
  dates: readonly Day[],
  {
    urgent = new Set(),
    collections = NIGHT_COLLECTIONS,
    longestDays: longestAtFirst = WINDOW_DAYS[0],
  }: WindowQueueOptions = {},
): WindowQueue => {
  const isUrgent = (window: FetchWindow) => window.dates.some((date) => urgent.has(date));
  const ordered = (wanted: readonly Day[], longestDays: number): FetchWindow[] => {
    const inOrder = fetchWindows(wanted, { collections, longestDays });
    return [...inOrder.filter(isUrgent), ...inOrder.filter((window) => !isUrgent(window))];
  };
  let windows = ordered(dates, longestAtFirst);
  return {
    next: () => windows.shift(),
    shorten: (window) => {
      const longestDays = WINDOW_DAYS.find((days) => days < lengthOf(window));
      if (longestDays === undefined) return false;
      const left = [window, ...windows].flatMap((each) => each.dates);
      windows = ordered(left, longestDays);
      return true;
    },
  };
};
