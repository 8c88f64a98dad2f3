import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CLOUDWATCH_METRIC, SERVICE } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';

/** A metric that a function of this stack sends, with the namespace and dimension of shared/aws/runtime/metrics.ts. */
export const ownMetric = (
  { stackName }: Pick<Settings, 'stackName'>,
  service: keyof typeof SERVICE,
  name: keyof typeof CLOUDWATCH_METRIC,
  options: MetricOptions = {},
): Metric =>
  new Metric({
    namespace: stackName,
    metricName: CLOUDWATCH_METRIC[name],
    dimensionsMap: { service: SERVICE[service] },
    statistic: Stats.SUM,
    ...options,
  });
