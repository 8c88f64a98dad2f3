import { GraphWidget, type GraphWidgetProps, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** The period of every metric on the dashboard, as long as the time that is shown is short; CloudWatch lengthens it with that. */
export const PERIOD = Duration.minutes(5);

const axis = (label: string) => ({ min: 0, label, showUnits: false });
export const COUNT = axis('Count');
export const SECONDS = axis('Seconds');
export const MILLISECONDS = axis('Milliseconds');
export const DAYS = axis('Days');

/** A graph of `metrics`, counts unless `more` says otherwise. @param width in the dashboard's 24 columns */
export const graph = (
  width: number,
  title: string,
  metrics: IMetric[],
  more: Omit<GraphWidgetProps, 'left'> = {},
): GraphWidget => new GraphWidget({ title, width, left: metrics, leftYAxis: COUNT, ...more });
