import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { CLOUDWATCH_METRIC, type SERVICE } from '../../core/names.ts';
import { redirect } from './logger.ts';

/** Counts and latencies for CloudWatch, written as EMF lines. Never a health value. */
export interface MetricSink {
  /** Adds `value` (a count) to the metric; 0 is not sent. */
  count(metric: keyof typeof CLOUDWATCH_METRIC, value: number): void;
  /** One observation of a number that means something when it is 0. */
  level(metric: keyof typeof CLOUDWATCH_METRIC, value: number): void;
  /** One observation of a duration. */
  milliseconds(metric: keyof typeof CLOUDWATCH_METRIC, value: number): void;
  /** Writes out what was added since the last flush. */
  flush(): void;
}

/** The metrics of a function, in its stack's namespace (METRICS_NAMESPACE) and with the dimension `service`. */
export const createMetrics = (
  service: (typeof SERVICE)[keyof typeof SERVICE],
  namespace: string,
  console?: Console,
): MetricSink => {
  const metrics = new Metrics({ namespace, serviceName: service });
  redirect(metrics, console);
  return {
    count: (metric, value) => {
      if (value > 0) metrics.addMetric(CLOUDWATCH_METRIC[metric], MetricUnit.Count, value);
    },
    level: (metric, value) => metrics.addMetric(CLOUDWATCH_METRIC[metric], MetricUnit.Count, value),
    milliseconds: (metric, value) =>
      metrics.addMetric(CLOUDWATCH_METRIC[metric], MetricUnit.Milliseconds, value),
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
};
