import type { DatedNight, Nap } from '../features/metric-values.ts';

const HOUR_MS = 3600_000;
/** Oura's shortest `long_sleep`: with one that long, the night is the longer of two sleeps. */
const LONG_SLEEP_MS = 3 * HOUR_MS;
/** A shorter sleep soon before or after the night is a nap: in the evening, or back in bed. */
const PART_MS = HOUR_MS;
const SOON_MS = 3 * HOUR_MS;

const isPart = ({ started_at, ended_at }: DatedNight, nap: Nap): boolean => {
  const asleepMs = nap.seconds * 1000;
  if (asleepMs >= LONG_SLEEP_MS) return true;
  if (asleepMs < PART_MS || started_at === null || ended_at === null) return false;
  const nap_started_at = nap.ended_at - asleepMs;
  return Math.max(started_at - nap.ended_at, nap_started_at - ended_at) < SOON_MS;
};

/** Whether the night was in two parts. Its durations and bedtimes then differ from those of other nights. */
export const isSplit = (night: DatedNight): boolean =>
  night.parts !== undefined || night.naps.some((nap) => isPart(night, nap));
