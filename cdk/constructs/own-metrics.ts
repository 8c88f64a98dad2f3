import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CLOUDWATCH_METRIC, SERVICE } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';

/** A metric that the function `service` of this stack sends (EMF): namespace and dimension as shared/aws/runtime/metrics.ts has them. */
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
