import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricSink } from '../../core/metric-sink.ts';
import { CLOUDWATCH_METRIC, type SERVICE } from '../../core/names.ts';
import { redirect } from './logger.ts';

/** The metrics of a function, in its stack's namespace (METRICS_NAMESPACE), with the dimension `service`. */
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
    seconds: (metric, value) => metrics.addMetric(CLOUDWATCH_METRIC[metric], MetricUnit.Seconds, value),
    milliseconds: (metric, value) =>
      metrics.addMetric(CLOUDWATCH_METRIC[metric], MetricUnit.Milliseconds, value),
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
};
