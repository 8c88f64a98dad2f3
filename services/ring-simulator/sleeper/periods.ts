import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { type BodyState, clamp, weekdayOf } from './sleeper.ts';
import type { ZonedTime } from './zoned-time.ts';

/** The types of the OpenAPI document. Oura also returns `rest` and `deleted`, which do not count as sleep. */
type SleepType = 'long_sleep' | 'sleep' | 'late_nap' | 'rest' | 'deleted';

/** One period in bed in whole 30-second epochs. The stages add up to the time in bed. Durations in seconds. */
export interface SleepPeriod {
  readonly name: string;
  readonly type: SleepType;
  readonly start: number;
  readonly timeInBed: number;
  readonly deep: number;
  readonly light: number;
  readonly rem: number;
  readonly awake: number;
  readonly latency: number;
}

/** Seconds of one epoch: the resolution of `sleep_phase_30_sec`. */
export const EPOCH = 30;

/** Days since 1970-01-01. */
export const dayNumberOf = (day: Day): number => daysBetween('1970-01-01', day);

/** Seconds asleep. Plus `awake`, this is the time in bed. */
export const totalSleep = (period: SleepPeriod): number => period.deep + period.light + period.rem;

/** Whether a period counts towards the day's sleep and score. */
export const counts = ({ type }: SleepPeriod): boolean => type !== 'rest' && type !== 'deleted';

/** Shares of the stages in a nap: hardly any deep sleep or REM. */
const NAP = { awakeShare: 0.16, deepShare: 0.06, remShare: 0.03, latency: 420 };
const REST = { awakeShare: 0.45, deepShare: 0, remShare: 0, latency: 480 };

const stretch = (
  zone: ZonedTime,
  day: Day,
  name: string,
  type: SleepType,
  [from, to]: readonly [number, number],
  body: Pick<BodyState, 'awakeShare' | 'deepShare' | 'remShare' | 'latency'>,
): SleepPeriod => {
  // Rounded to half a minute of wall-clock time, which differs from the elapsed time when the clocks change.
  const start = zone.instantOf(day, Math.round(from * 2) / 2);
  const end = zone.instantOf(day, Math.round(to * 2) / 2);
  const epochs = Math.max(10, Math.floor((end - start) / 1000 / EPOCH));
  const latency = Math.min(Math.round(body.latency / EPOCH), Math.floor(epochs / 4));
  const awake = latency + Math.round((epochs - latency) * body.awakeShare);
  const asleep = epochs - awake;
  const deep = Math.round(asleep * body.deepShare);
  const rem = Math.round(asleep * body.remShare);
  return {
    name,
    type,
    start,
    timeInBed: epochs * EPOCH,
    deep: deep * EPOCH,
    rem: rem * EPOCH,
    light: (asleep - deep - rem) * EPOCH,
    awake: awake * EPOCH,
    latency: latency * EPOCH,
  };
};

const mainPeriods = (zone: ZonedTime, day: Day, body: BodyState): SleepPeriod[] => {
  const { dice } = body;
  const clocksChange = zone.offsetAt(zone.instantOf(day, -240)) !== zone.offsetAt(zone.instantOf(day, 720));
  // Oura calls parts shorter than three hours `sleep`, so a night that may lose an hour is not split.
  if (clocksChange || !dice.happens('split night', 0.04)) {
    return [stretch(zone, day, 'main', 'long_sleep', [body.bedtime, body.wakeTime], body)];
  }
  const bedtime = Math.min(body.bedtime, -40);
  const pause = bedtime + 215 + 20 * dice.uniform('first part');
  const resume = pause + 35 + 45 * dice.uniform('pause');
  return [
    stretch(zone, day, 'main', 'long_sleep', [bedtime, pause], body),
    stretch(zone, day, 'second', 'long_sleep', [resume, Math.max(body.wakeTime, resume + 230)], {
      ...body,
      latency: body.latency / 2,
    }),
  ];
};

/**
 * Generates the periods that belong to `day`, in order of their start: a night (sometimes split in two) and, on some days,
 * naps, a late nap of the evening before, rests and deleted records. Periods do not overlap.
 */
export const periodsOf = (zone: ZonedTime, day: Day, body: BodyState): SleepPeriod[] => {
  const dayNumber = dayNumberOf(day);
  const { dice } = body;
  const at = (name: string, from: number, spread: number, shortest: number, longest: number) => {
    const start = from + spread * dice.uniform(`${name} start`);
    return [start, start + shortest + (longest - shortest) * dice.uniform(`${name} length`)] as const;
  };
  const freeDay = weekdayOf(dayNumber) === 0 || weekdayOf(dayNumber) === 6;
  const periods = mainPeriods(zone, day, body);
  // It ended after 18:00 on the evening before, so it belongs to this day and its night.
  if (dice.happens('late nap', 0.05))
    periods.unshift(stretch(zone, day, 'late nap', 'late_nap', at('late nap', -375, 30, 30, 70), NAP));
  if (dice.happens('deleted', 0.03))
    periods.push(stretch(zone, day, 'deleted', 'deleted', at('deleted', 690, 15, 20, 45), NAP));
  if (dice.happens('nap', freeDay ? 0.25 : 0.1))
    periods.push(napBetween(zone, day, 'nap', at('nap', 790, 70, 20, 85), body));
  if (dice.happens('rest', 0.07))
    periods.push(stretch(zone, day, 'rest', 'rest', at('rest', 1000, 20, 16, 40), REST));
  return periods;
};

/** A nap that the sleeper confirmed, in wall-clock minutes. */
export const napBetween = (
  zone: ZonedTime,
  day: Day,
  name: string,
  span: readonly [number, number],
  body: BodyState,
): SleepPeriod =>
  stretch(zone, day, name, 'sleep', span, {
    ...NAP,
    awakeShare: clamp(NAP.awakeShare + 0.06 * body.dice.normal('nap awake'), 0.05, 0.4),
  });

/** The nap that a revision adds when the sleeper confirms it in the app. */
export const confirmedNap = (zone: ZonedTime, day: Day, body: BodyState): SleepPeriod =>
  napBetween(zone, day, 'confirmed nap', [752, 786], body);
