import type { Day } from '../../../shared/core/day.ts';
import type { OuraRecord } from './collections.ts';
import { recordId, sequenceOf } from './noise.ts';
import { dayNumberOf } from './periods.ts';
import { type BodyState, clamp } from './sleeper.ts';
import type { ZonedTime } from './zoned-time.ts';

const MINUTES_PER_DAY = 1440;

/** The MET of each activity class, and its digit in `class_5_min`. */
const CLASSES = {
  nonWear: { digit: '0', met: 0.1 },
  rest: { digit: '1', met: 0.9 },
  inactive: { digit: '2', met: 1.2 },
  low: { digit: '3', met: 1.9 },
  medium: { digit: '4', met: 4 },
  high: { digit: '5', met: 7.5 },
} as const;

type Minutes = Record<keyof typeof CLASSES, number>;

/** Splits the 1,440 minutes from 04:00 to 04:00 into classes. Minutes without the ring are all `nonWear`. */
const minutesOf = (body: BodyState, nonWearMinutes: number): Minutes => {
  const { dice } = body;
  const worn = (MINUTES_PER_DAY - nonWearMinutes) / MINUTES_PER_DAY;
  const part = (minutes: number) => Math.round(Math.max(0, minutes) * worn);
  const rest = part(clamp(body.wakeTime - body.bedtime, 300, 620));
  const low = part(190 + 45 * dice.drifting('activity') + 20 * dice.normal('low'));
  const medium = part(42 + 20 * dice.normal('medium'));
  const high = part(dice.happens('training', 0.35) ? 25 + 15 * dice.uniform('training length') : 0);
  const inactive = MINUTES_PER_DAY - nonWearMinutes - rest - low - medium - high;
  return { nonWear: nonWearMinutes, rest, inactive, low, medium, high };
};

/**
 * `daily_activity`, a day from 04:00 to 04:00. Its times add up to 24 hours. `nonWearMinutes` (0-1440) distinguishes a ring
 * that was not worn from a ring that detected no sleep.
 */
export const dailyActivity = (
  seed: number,
  zone: ZonedTime,
  day: Day,
  body: BodyState,
  nonWearMinutes: number,
): OuraRecord => {
  const minutes = minutesOf(body, nonWearMinutes);
  const metMinutes = (name: keyof Minutes) => Math.round(minutes[name] * CLASSES[name].met);
  const steps = Math.round(minutes.low * 22 + minutes.medium * 95 + minutes.high * 150);
  const active = Math.round(steps * 0.042 + minutes.high * 4);
  const start = zone.timestamp(zone.instantOf(day, 240));
  const order = () => shuffledBlocks(minutes, dayNumberOf(day) ^ seed);
  const allMet = Object.keys(CLASSES).reduce((sum, name) => sum + metMinutes(name as keyof Minutes), 0);
  return {
    id: recordId(seed, dayNumberOf(day), 'daily_activity'),
    active_calories: active,
    average_met_minutes: Number((allMet / MINUTES_PER_DAY).toFixed(5)),
    get class_5_min() {
      return order()
        .map((name) => CLASSES[name].digit)
        .join('');
    },
    contributors: {
      meet_daily_targets: Math.round(clamp(60 + 15 * body.dice.drifting('activity'), 1, 100)),
      move_every_hour: Math.round(clamp(75 + 15 * body.dice.normal('hours'), 1, 100)),
      recovery_time: 95,
      stay_active: Math.round(clamp(100 - (minutes.inactive - 300) / 6, 1, 100)),
      training_frequency: 85,
      training_volume: 80,
    },
    day,
    equivalent_walking_distance: Math.round(steps * 0.78),
    high_activity_met_minutes: metMinutes('high'),
    high_activity_time: minutes.high * 60,
    inactivity_alerts: Math.round(clamp(minutes.inactive / 200, 0, 8)),
    low_activity_met_minutes: metMinutes('low'),
    low_activity_time: minutes.low * 60,
    medium_activity_met_minutes: metMinutes('medium'),
    medium_activity_time: minutes.medium * 60,
    get met() {
      const items = order().flatMap((name) => new Array<number>(5).fill(CLASSES[name].met));
      return { interval: 60, items, timestamp: start };
    },
    meters_to_target: Math.max(0, 9000 - Math.round(steps * 0.78)),
    non_wear_time: minutes.nonWear * 60,
    resting_time: minutes.rest * 60,
    score: nonWearMinutes > MINUTES_PER_DAY / 2 ? null : Math.round(clamp(50 + steps / 260, 1, 100)),
    sedentary_met_minutes: Math.round(minutes.inactive * 0.05),
    sedentary_time: minutes.inactive * 60,
    steps,
    target_calories: 450,
    target_meters: 9000,
    timestamp: start,
    total_calories: 1650 + active,
  };
};

/** The day's 288 five-minute blocks: waking classes in random order and in proportion, then the night. */
const shuffledBlocks = (minutes: Minutes, start: number): (keyof Minutes)[] => {
  const chance = sequenceOf(start);
  const awake = (['nonWear', 'low', 'medium', 'high'] as const).flatMap((name) =>
    new Array<keyof Minutes>(Math.floor(minutes[name] / 5)).fill(name),
  );
  const asleep = new Array<keyof Minutes>(Math.floor(minutes.rest / 5)).fill('rest');
  const rest = 288 - awake.length - asleep.length;
  const mixed = [...awake, ...new Array<keyof Minutes>(Math.max(0, rest)).fill('inactive')]
    .map((name) => ({ name, at: chance() }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
  return [...mixed, ...asleep];
};
