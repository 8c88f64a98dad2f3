import { createHash } from 'node:crypto';
import { METRIC_NAMES } from '../metrics.ts';
import type { Night } from '../sleep-record.ts';

/** `value` as JSON with the keys of every object sorted, so that equal content gives equal text. Undefined fields are left out. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`;
};

/**
 * SHA-256 (hex) of the metrics and periods of `night`, whatever the order of keys and periods. Nothing of a period is left
 * out, not even what no metric is made from (ring_id, sleep_score_delta): the hash decides whether the stored item is replaced, so a
 * field that is stored but not hashed would stay stale for good.
 */
export const contentHash = (night: Night): string => {
  const metrics = METRIC_NAMES.map((name) => [name, night[name]]);
  const periods = night.periods.map(canonicalJson).sort();
  return createHash('sha256')
    .update(canonicalJson([metrics, periods]))
    .digest('hex');
};
