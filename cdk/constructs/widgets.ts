import {
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { CLOUDWATCH_METRIC, SERVICE } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';
import { ownMetric } from './own-metrics.ts';

/** The period of every metric. CloudWatch lengthens it if the dashboard shows a long time. */
export const PERIOD = Duration.minutes(5);

const axis = (label: string) => ({ min: 0, label, showUnits: false });
const COUNT = axis('Count');
export const SECONDS = axis('Seconds');
export const MILLISECONDS = axis('Milliseconds');
export const DAYS = axis('Days');

/** Draws counts unless `more` sets another axis. @param width in the dashboard's 24 columns */
export const graph = (
  width: number,
  title: string,
  metrics: IMetric[],
  more: Omit<GraphWidgetProps, 'left'> = {},
): GraphWidget => new GraphWidget({ title, width, left: metrics, leftYAxis: COUNT, ...more });

/** Returns the metrics that a function of this stack sends. */
export const ownMetrics =
  ({ settings }: { readonly settings: Settings }, service: keyof typeof SERVICE) =>
  (name: keyof typeof CLOUDWATCH_METRIC, label: string, options: MetricOptions = {}): IMetric =>
    ownMetric(settings, service, name, { label, period: PERIOD, ...options });
