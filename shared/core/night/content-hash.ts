import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import { METRIC_NAMES } from '../metrics.ts';
import type { Night } from '../sleep-record.ts';

/**
 * SHA-256 (hex) of the metrics and periods of `night`, for any order of keys and periods. It covers every field of a
 * period, even those that no metric uses (ring_id, sleep_score_delta). A write names the hash that it replaces, so that it
 * never overwrites a night that has changed since it was read.
 */
export const contentHash = (night: Night): string => {
  const metrics = METRIC_NAMES.map((name) => [name, night[name]]);
  const periods = night.periods.map(canonicalJson).sort();
  return createHash('sha256')
    .update(canonicalJson([metrics, periods]))
    .digest('hex');
};
