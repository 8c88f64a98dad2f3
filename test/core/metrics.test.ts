import { expect, test } from '@jest/globals';
import {
  isBedtime,
  METRIC_NAMES,
  METRICS,
  type Metric,
  type MetricDefinition,
  showEnds,
  showMetric,
} from '../../shared/core/metrics.ts';

test.each<[Metric, number, string]>([
  ['total_sleep_duration', 25_140, '6 h 59'],
  ['total_sleep_duration', 3599, '1 h 00'],
  ['awake_duration', 2730, '46 min'],
  ['sleep_score', 84.5, '85'],
  ['sleep_efficiency', 91, '91 %'],
  ['restless_periods', 12, '12'],
  ['heart_rate', 52.04, '52.0 bpm'],
  ['hrv', 38.4, '38 ms'],
  ['temperature_delta', -0.125, '−0.12 °C'],
  ['temperature_delta', 0.3, '+0.30 °C'],
  ['temperature_delta', -0.001, '0.00 °C'],
  ['bedtime_start', -90, '22:30'],
  ['bedtime_end', 405, '06:45'],
])('shows %s of %d as %s', (metric, value, shown) => {
  expect(showMetric(METRICS[metric], value)).toBe(shown);
});

test('joins the ends of a range with a dash, or with "to" if one has a sign', () => {
  expect(showEnds(METRICS.hrv, [38, 61])).toBe('38–61');
  expect(showEnds(METRICS.temperature_delta, [-0.2, 0])).toBe('−0.20 to 0.00');
  expect(showEnds(METRICS.temperature_delta, [0, 0.2])).toBe('0.00 to +0.20');
});

test('rounds each end of a range as requested', () => {
  expect(showEnds(METRICS.heart_rate, [50.12, 60.18], [Math.ceil, Math.floor])).toBe('50.2–60.1');
});

test.each<[Metric, MetricDefinition['axis'], MetricDefinition['difference']]>([
  ['total_sleep_duration', { unit: 'h', per: 3600 }, { unit: 'min', per: 60, digits: 1 }],
  ['sleep_latency', { unit: 'min', per: 60 }, { unit: 'min', per: 60, digits: 1 }],
  ['bedtime_start', { unit: '', per: 60 }, { unit: 'min', per: 1, digits: 1 }],
  ['sleep_efficiency', { unit: '%', per: 1 }, { unit: 'points', per: 1, digits: 1 }],
  ['hrv', { unit: 'ms', per: 1 }, { unit: 'ms', per: 1, digits: 1 }],
  ['temperature_delta', { unit: '°C', per: 1 }, { unit: '°C', per: 1, digits: 2 }],
])('gives %s the units of its axis and of its differences', (metric, axis, difference) => {
  expect(METRICS[metric]).toMatchObject({ axis, difference });
});

test('names each metric differently', () => {
  expect(new Set(METRIC_NAMES.map((name) => METRICS[name].label)).size).toBe(METRIC_NAMES.length);
});

test.each(METRIC_NAMES)('names %s in lower case, except for abbreviations', (metric) => {
  expect(METRICS[metric].label).toMatch(/^(HRV|(REM )?[a-z]+([ -][a-z]+)*)$/);
});

test('the two ends of a night are the only bedtimes', () => {
  expect(METRIC_NAMES.filter(isBedtime)).toEqual(['bedtime_start', 'bedtime_end']);
});
