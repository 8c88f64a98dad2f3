import { datedNight } from '../../../services/insights/features/dated-night.ts';
import type { DatedNight } from '../../../services/insights/features/metric-values.ts';
import type { History } from '../../../services/insights/insights.ts';
import { addDays } from '../../../shared/core/day.ts';
import { nightOf } from '../../aws/store/nights.ts';
import { dayAt, normalsFrom, trainingOf } from '../histories.ts';

/** Deviations of the night before a session, in standard deviations, and the place of the session among all. */
interface Before {
  readonly asleep: number;
  readonly earlier: number;
  readonly share: number;
  /** Of the session before. */
  readonly strain: number;
}

export interface Making {
  readonly sessions?: number;
  readonly seed?: number;
  /** The volume load in standard deviations of 800 kg, before noise. */
  readonly volume?: (before: Before) => number;
  /** How a session changes the next night, in standard deviations. */
  readonly strain?: number;
  readonly noise?: number;
}

const BEFORE = 30;
const minutes = (value: number): string => new Date(Math.round(value) * 60_000).toISOString().slice(11, 16);

/** Nights of 23:00 to about 6:00 and a session every second day at 18:00, both with independent noise. */
export const historyOf = ({
  sessions = 180,
  seed = 5,
  volume = () => 0,
  strain = 0,
  noise = 1,
}: Making): History => {
  const normal = normalsFrom(seed);
  const count = BEFORE + 2 * sessions;
  const nights: DatedNight[] = [];
  const training: History['training'][number][] = [];
  const asleep: number[] = [];
  let last = 0;
  let strained = 0;
  for (let at = 0; at < count; at += 1) {
    const value = normal() + strain * strained;
    asleep.push(value);
    strained = 0;
    const seconds = Math.round(25_200 + 3000 * value);
    nights.push(
      datedNight(
        nightOf(dayAt(at), {
          total_sleep_duration: seconds,
          hrv: Math.round(60 + 10 * normal()),
          readiness_score: Math.round(78 + 6 * normal()),
          bedtime_start: `${addDays(dayAt(at), -1)}T${minutes(1380 + 20 * normal())}:00+00:00`,
          bedtime_end: `${dayAt(at)}T${minutes(360 + 20 * normal())}:00+00:00`,
        }),
      ),
    );
    if (at < BEFORE || (at - BEFORE) % 2 === 1) continue;
    const share = (at - BEFORE) / (2 * sessions);
    const load =
      volume({ asleep: value, earlier: asleep[at - 1] ?? 0, share, strain: last }) + noise * normal();
    training.push(
      trainingOf(at, {
        volume_load: 5000 + 800 * load,
        sets: 15 + (at % 5),
        estimated_1rm_change: 0.02 * normal(),
      }),
    );
    last = load;
    strained = load;
  }
  return { nights, training };
};
