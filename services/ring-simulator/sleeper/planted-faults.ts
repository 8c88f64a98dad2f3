import { addDays, type Day, daysFrom } from '../../../shared/core/day.ts';
import { BAD_VALUE_KINDS, BAD_VALUES, type BadValue, type BadValueKind } from './bad-values.ts';
import { diceOf } from './noise.ts';
import { dayNumberOf } from './periods.ts';
import type { ZonedTime } from './zoned-time.ts';

/** The kinds of faults in records, each with the remark that it must leave on its night; null for none. */
const REMARK_ON = {
  /** The night also comes under a second id, shorter and inside the first. */
  repeated_inside: 'overlap',
  /** The night also comes from a second ring, with the same span. */
  repeated_by_ring: 'overlap',
  /** A period of a type that no document names. */
  unknown_type: 'unknown_type',
  /** A nap without `bedtime_start`, without `id`, or with a `bedtime_end` before its `bedtime_start`. */
  no_bedtime_start: 'unusable_period',
  no_id: 'unusable_period',
  reversed_bedtimes: 'unusable_period',
  /** A nap without `day`. */
  no_day: null,
  /** See bad-values.ts. */
  unusable_value: 'unusable_value',
  number_as_text: 'converted_value',
  fraction: null,
  zero: null,
  /** Asleep and awake for a quarter of an hour more than the span allows. */
  too_long: 'inconsistent_durations',
  /** No score and no readiness until the afternoon. */
  late_score: null,
  /** From some afternoon on, Oura files a nap under the next day, with the same id. */
  moved: 'withdrawn_period',
  /** From some afternoon on, Oura no longer returns a nap. */
  withdrawn: 'withdrawn_period',
  /** From some afternoon on, Oura has no record of the day at all. */
  emptied: null,
} as const;
export type PlantedKind = keyof typeof REMARK_ON;
export const PLANTED_KINDS = Object.keys(REMARK_ON) as PlantedKind[];
const OTHER_KINDS = PLANTED_KINDS.filter((kind) => !BAD_VALUE_KINDS.some((name) => name === kind));

/** Per day. The faults are independent, so some days have several. */
const PROBABILITY: Readonly<Record<PlantedKind, number>> = {
  repeated_inside: 0.012,
  repeated_by_ring: 0.008,
  unknown_type: 0.012,
  no_bedtime_start: 0.006,
  no_id: 0.006,
  reversed_bedtimes: 0.006,
  no_day: 0.006,
  unusable_value: 0.015,
  number_as_text: 0.012,
  fraction: 0.01,
  zero: 0.01,
  too_long: 0.01,
  late_score: 0.03,
  moved: 0.01,
  withdrawn: 0.01,
  emptied: 0.006,
};

/** A fault in the records of one day. */
export interface Planted {
  readonly day: Day;
  readonly kind: PlantedKind;
  readonly remark: (typeof REMARK_ON)[PlantedKind];
  /**
   * The instant (epoch ms) at which the API's records change. Those of `late_score` are complete from then on, those of
   * `moved`, `withdrawn` and `emptied` are right until then. Negative infinity for a fault that is always there.
   */
  readonly at: number;
  /** The wrong value; only for the kinds of bad-values.ts. */
  readonly badValue?: BadValue;
}

const AFTERNOON = 15 * 60;
/** A late change is at most this many days after its day. */
const LATEST_CHANGE = 6;

const chosenBadValue = (kind: BadValueKind, chance: number): BadValue | undefined =>
  BAD_VALUES[kind][Math.floor(chance * BAD_VALUES[kind].length)];

/**
 * The faults in the records of `day`. Deterministic. Faults that would hide one another are not combined: a field has one wrong
 * value at most, a late score is right, and around a day that Oura will lose, nothing is misfiled.
 */
export const plantedOn = (seed: number, zone: ZonedTime, day: Day): readonly Planted[] => {
  const dice = diceOf(seed, dayNumberOf(day));
  const happens = (kind: PlantedKind) => dice.happens(`messy ${kind}`, PROBABILITY[kind]);
  const chance = (name: string) => dice.uniform(`messy ${name}`);
  const empties = (near: Day) =>
    diceOf(seed, dayNumberOf(near)).happens('messy emptied', PROBABILITY.emptied);
  const later = (kind: PlantedKind) =>
    zone.instantOf(addDays(day, 1 + Math.floor(chance(`${kind} at`) * LATEST_CHANGE)), AFTERNOON);
  const fault = (kind: PlantedKind, more: Partial<Planted> = {}): Planted => ({
    day,
    kind,
    remark: REMARK_ON[kind],
    at: Number.NEGATIVE_INFINITY,
    ...more,
  });

  if (happens('emptied')) return [fault('emptied', { at: later('emptied') })];
  const badValues = new Map<string, Planted>();
  for (const kind of BAD_VALUE_KINDS) {
    const badValue = happens(kind) ? chosenBadValue(kind, chance(`${kind} field`)) : undefined;
    const field = `${badValue?.collection}.${badValue?.path}`;
    if (badValue && !badValues.has(field)) badValues.set(field, fault(kind, { badValue }));
  }
  const isRight = (...collections: readonly string[]) =>
    [...badValues.values()].every(({ badValue }) => !collections.includes(badValue?.collection ?? ''));
  const isPossible: Partial<Record<PlantedKind, () => boolean>> = {
    late_score: () => isRight('daily_sleep', 'daily_readiness'),
    moved: () => !empties(addDays(day, 1)),
    // The record may belong to any of the days around it.
    no_day: () => !daysFrom(addDays(day, -3), addDays(day, 3)).some(empties),
  };
  const instants: Partial<Record<PlantedKind, () => number>> = {
    late_score: () => zone.instantOf(day, AFTERNOON),
    moved: () => later('moved'),
    withdrawn: () => later('withdrawn'),
  };
  const others = OTHER_KINDS.filter((kind) => happens(kind) && (isPossible[kind]?.() ?? true));
  return [
    ...badValues.values(),
    ...others.map((kind) => fault(kind, { at: instants[kind]?.() ?? Number.NEGATIVE_INFINITY })),
  ];
};
