import type { Collection, OuraRecord } from './collections.ts';

/** A wrong value of one field. Fields of `sleep` are those of the day's longest period. */
export interface BadValue {
  readonly collection: Collection;
  /** e.g. `contributors.restfulness` */
  readonly path: string;
  /** Makes the wrong value from the right one. */
  readonly from: (right: unknown) => unknown;
}

const bad = (collection: Collection, path: string, from: BadValue['from']): BadValue => ({
  collection,
  path,
  from,
});
const asText = (right: unknown) => String(right ?? 5);
const withHalf = (right: unknown) => Number(right) + 0.5;

/** The wrong values by kind of fault. */
export const BAD_VALUES = {
  /** Negative, out of range, a text that is no number, an object. */
  unusable_value: [
    bad('daily_spo2', 'breathing_disturbance_index', () => -1),
    bad('daily_spo2', 'breathing_disturbance_index', () => 'none'),
    bad('sleep', 'efficiency', () => 140),
    bad('sleep', 'latency', () => 'soon'),
    bad('sleep', 'average_heart_rate', () => -3),
    bad('sleep', 'lowest_heart_rate', () => 'low'),
    bad('sleep', 'average_breath', (right) => [right]),
    bad('sleep', 'restless_periods', () => -20),
    bad('daily_sleep', 'contributors.restfulness', (right) => ({ value: right })),
    bad('daily_sleep', 'score', () => 250),
    bad('daily_readiness', 'temperature_deviation', () => 'warm'),
    bad('daily_readiness', 'timestamp', () => 'this morning'),
  ],
  number_as_text: [
    bad('sleep', 'total_sleep_duration', asText),
    bad('sleep', 'average_hrv', asText),
    bad('daily_sleep', 'score', asText),
    bad('daily_sleep', 'contributors.timing', asText),
    bad('daily_readiness', 'score', asText),
    bad('daily_spo2', 'breathing_disturbance_index', asText),
  ],
  /** A count with a fraction. */
  fraction: [bad('sleep', 'restless_periods', withHalf), bad('sleep', 'latency', withHalf)],
  /** 0 for "no value". */
  zero: [bad('sleep', 'average_heart_rate', () => 0), bad('sleep', 'average_hrv', () => 0)],
} as const satisfies Readonly<Record<string, readonly BadValue[]>>;
export type BadValueKind = keyof typeof BAD_VALUES;
export const BAD_VALUE_KINDS = Object.keys(BAD_VALUES) as BadValueKind[];

/**
 * Copies `record` with other values for some fields; `undefined` removes a field. The series stay getters, so that they are
 * not computed if they are not requested.
 */
export const withFields = (record: OuraRecord, changes: Readonly<Record<string, unknown>>): OuraRecord => {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(record));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) Reflect.deleteProperty(copy, name);
    else Object.defineProperty(copy, name, { value, enumerable: true });
  }
  return copy as OuraRecord;
};

/** Copies `record` with the wrong value. */
export const withBadValue = (record: OuraRecord, { path, from }: BadValue): OuraRecord => {
  const [outer = '', inner] = path.split('.');
  const right = record[outer];
  if (inner === undefined) return withFields(record, { [outer]: from(right) });
  const nested = right as Readonly<Record<string, unknown>>;
  return withFields(record, { [outer]: { ...nested, [inner]: from(nested[inner]) } });
};
