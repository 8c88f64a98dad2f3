import { type Dice, diceOf } from './noise.ts';

// Destructured once, as in noise.ts.
const { PI, exp, max, min, round, sin } = Math;

/** The true state of the sleeper's body and habits on one day, before the ring measures it. */
export interface BodyState {
  readonly dice: Dice;
  /** Wall-clock minutes from the day's first midnight. Negative values are in the evening before. */
  readonly bedtime: number;
  readonly wakeTime: number;
  /** Seconds from going to bed to falling asleep. */
  readonly latency: number;
  /** Share of the time in bed spent awake after falling asleep. */
  readonly awakeShare: number;
  /** Shares of the time asleep. The rest is light sleep. */
  readonly deepShare: number;
  readonly remShare: number;
  readonly restlessPerHour: number;
  /** Nightly means: beats/min, rMSSD in ms, breaths/min. */
  readonly heartRate: number;
  readonly hrv: number;
  readonly breath: number;
  /** Deviation from the personal baseline in degrees Celsius: of the night, and of the last days. */
  readonly temperatureDeviation: number;
  readonly temperatureTrend: number;
  /** Percent; and Oura's breathing disturbance index, 0-100. */
  readonly spo2: number;
  readonly breathingDisturbance: number;
}

export const clamp = (value: number, low: number, high: number): number => min(high, max(low, value));

/** 0 = Sunday. Day 0, 1970-01-01, was a Thursday. */
export const weekdayOf = (dayNumber: number): number => (((dayNumber + 4) % 7) + 7) % 7;

/** A cold: a wave of about twelve days. The sleeper is ill only above 1.7 standard deviations, about 4 % of days. */
const illnessOf = (dice: Dice): number => max(0, dice.slow('illness', 12) - 1.7) / 1.5;

/**
 * Generates the body state of the night that ends on `dayNumber` (days since 1970-01-01). Before a working day the sleeper
 * goes to bed at about 22:50 and wakes up at about 06:45, an hour later after Friday and Saturday evenings. There are
 * seasons, streaks of good and bad nights (autocorrelation about 0.6) and single outliers.
 */
export const bodyStateOf = (seed: number, dayNumber: number): BodyState => {
  const dice = diceOf(seed, dayNumber);
  const sleptIn = weekdayOf(dayNumber) === 0 || weekdayOf(dayNumber) === 6;
  const season = sin((2 * PI * dayNumber) / 365.25);
  const illness = illnessOf(dice);
  const strain = dice.drifting('strain');
  const bedtime = clamp(
    -70 +
      (sleptIn ? 55 : 0) +
      12 * season +
      22 * dice.drifting('bedtime') +
      14 * dice.normal('bedtime today'),
    -180,
    120,
  );
  // After a late evening the sleeper makes up only half of the delay in the morning.
  const lateness = bedtime + 70 - (sleptIn ? 55 : 0);
  const inBed = clamp(
    472 +
      (sleptIn ? 35 : 0) -
      lateness / 2 +
      18 * dice.drifting('duration') +
      14 * dice.normal('alarm') +
      40 * illness,
    320,
    620,
  );
  const heartRate = 53 + 2.2 * strain + (sleptIn ? 1.2 : 0) + 7 * illness + 0.8 * dice.normal('heart rate');
  const temperatureTrend = 0.12 * dice.drifting('temperature') + 0.7 * illness;
  return {
    dice,
    bedtime,
    wakeTime: min(bedtime + inBed, 670),
    latency: clamp(600 * exp(0.55 * dice.normal('latency') + 0.15 * strain), 60, 3000),
    awakeShare: clamp(0.075 + 0.02 * strain + 0.018 * dice.normal('awake') + 0.04 * illness, 0.02, 0.22),
    deepShare: clamp(
      0.185 - 0.015 * strain + 0.022 * dice.normal('deep') + 0.01 * dice.drifting('deep'),
      0.08,
      0.3,
    ),
    remShare: clamp(0.225 + 0.012 * dice.drifting('rem') + 0.024 * dice.normal('rem'), 0.1, 0.32),
    restlessPerHour: clamp(
      24 + 5 * strain + 4 * dice.normal('restless') + 8 * illness + 2 * dice.drifting('restless'),
      6,
      60,
    ),
    heartRate: clamp(heartRate, 42, 80),
    hrv: clamp(58 * exp(-0.045 * (heartRate - 53)) + 5 * dice.normal('hrv'), 12, 130),
    breath: clamp(14.3 + 0.35 * dice.drifting('breath') + 1.1 * illness, 11, 20),
    temperatureTrend,
    temperatureDeviation: temperatureTrend + 0.13 * dice.normal('temperature tonight'),
    spo2: clamp(97.1 + 0.5 * dice.normal('spo2') - 0.6 * illness, 91, 100),
    breathingDisturbance: clamp(
      round(3 + 2 * dice.drifting('breathing') + 1.5 * dice.normal('breathing')),
      0,
      100,
    ),
  };
};
