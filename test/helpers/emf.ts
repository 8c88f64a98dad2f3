import { CLOUDWATCH_METRIC } from '../../shared/core/names.ts';

/** The default stack name, which is the namespace of the metrics. */
export const NAMESPACE = 'OuraSleepSync';

interface EmfLine {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

/** Whether a log line contains metrics. */
export const isEmf = (line: Record<string, unknown>): boolean => '_aws' in line;

/**
 * Expects a valid line in embedded metric format that contains only our metrics and the service.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const expectEmf = (line: unknown): void => {
  const { _aws, ...members } = line as EmfLine;
  expect(Object.keys(_aws).sort()).toEqual(['CloudWatchMetrics', 'Timestamp']);
  expect(Math.abs(_aws.Timestamp - Date.now())).toBeLessThan(60_000);
  expect(_aws.CloudWatchMetrics).toHaveLength(1);
  const [directive] = _aws.CloudWatchMetrics;
  expect(directive).toMatchObject({ Namespace: NAMESPACE, Dimensions: [['service']] });
  const names = directive?.Metrics.map(({ Name }) => Name) ?? [];
  expect(names.length).toBeGreaterThan(0);
  expect(names.length).toBeLessThanOrEqual(100);
  expect(names.filter((name) => !Object.values<string>(CLOUDWATCH_METRIC).includes(name))).toEqual([]);
  for (const { Unit } of directive?.Metrics ?? [])
    expect(['Count', 'Seconds', 'Milliseconds']).toContain(Unit);
  // A date or a value of a night would need an extra member, and the metrics are numbers.
  expect(Object.keys(members).sort()).toEqual([...names, 'service'].sort());
  for (const name of names) {
    const values = [members[name]].flat();
    expect(values.length).toBeLessThanOrEqual(100);
    for (const value of values) expect(Number.isFinite(value)).toBe(true);
  }
};
