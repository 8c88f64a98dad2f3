import type { Template } from '../../../cdk/template.ts';
import { resource, resourcesOf } from '../template-facts.ts';
import { type AlarmState, type Datapoint, type Evaluation, evaluate } from './evaluate.ts';

/** A value that a service published, in a minute after the deployment of the alarm. */
export interface Published {
  readonly metric: string;
  readonly minute: number;
  readonly value: number;
}

/** A change of an alarm's state. */
export interface Change {
  readonly minute: number;
  readonly to: AlarmState;
  readonly isMailed: boolean;
}

/** What CloudWatch's documentation leaves open. An alarm must behave well in every case. */
export interface Unpublished {
  /** How many datapoints more than the evaluation periods are retrieved. */
  readonly extra: number;
  /** Whether FILL also fills a range without any real datapoint. */
  readonly fillsEmpty: boolean;
}
export const UNPUBLISHED: readonly Unpublished[] = [0, 1, 2, 5].flatMap((extra) =>
  [true, false].map((fillsEmpty) => ({ extra, fillsEmpty })),
);

interface MetricStat {
  readonly Metric: { readonly MetricName: string };
  readonly Period: number;
  readonly Stat: string;
}
interface AlarmProperties {
  readonly MetricName?: string;
  readonly Period?: number;
  readonly Statistic?: string;
  readonly Metrics?: readonly { readonly Expression?: string; readonly MetricStat?: MetricStat }[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: Evaluation['treatMissingData'];
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly WarmUpConfiguration?: { readonly WarmUpPeriodDurationInMinutes: number };
}

const MINUTES_PER_DAY = 1440;

const BREACHES: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};
const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
};
const known = <Value>(values: Readonly<Record<string, Value>>, name: string): Value => {
  const value = values[name];
  if (value === undefined) throw new Error(`The evaluator does not know ${name}`);
  return value;
};

/** The metric of an alarm. The only expressions are those of the form `FILL(metric, 0)`. */
const metricOf = ({ MetricName = '', Period = 0, Statistic = '', Metrics }: AlarmProperties) => {
  if (!Metrics) return { name: MetricName, minutes: Period / 60, statistic: Statistic, isFilled: false };
  const [stat, ...others] = Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? '';
  if (!stat || others.length > 0 || !/^FILL\(\w+, 0\)$/.test(expression))
    throw new Error(`The evaluator does not know ${expression}`);
  return { name: stat.Metric.MetricName, minutes: stat.Period / 60, statistic: stat.Stat, isFilled: true };
};

/** Whether the rule that mails about fixed alarms lists the alarm. */
const mailsWhenFixed = (template: Template, id: string): boolean =>
  resourcesOf(template, 'AWS::Events::Rule').some(([, { Properties }]) => {
    const { resources, detail } = Properties['EventPattern'] as { resources: unknown[]; detail: object };
    expect(detail).toEqual({ state: { value: ['OK'] }, previousState: { value: ['ALARM'] } });
    return JSON.stringify(resources).includes(JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] }));
  });

/**
 * Returns every change of the alarm `id` from its deployment (minute 0) to `until`. CloudWatch evaluates each alarm every
 * minute, with windows that slide by a minute, and an alarm over more than a day every hour:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export const live = (
  template: Template,
  id: string,
  published: readonly Published[],
  until: number,
  { extra, fillsEmpty }: Unpublished,
): Change[] => {
  const alarm = resource(template, id).Properties as unknown as AlarmProperties;
  const { name, minutes, statistic, isFilled } = metricOf(alarm);
  const N = alarm.EvaluationPeriods;
  const evaluation: Evaluation = {
    evaluationPeriods: N,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? N,
    treatMissingData: alarm.TreatMissingData,
  };
  const aggregate = known(STATISTICS, statistic);
  const breaches = known(BREACHES, alarm.ComparisonOperator);
  const byMinute = Map.groupBy(
    published.filter(({ metric }) => metric === name),
    ({ minute }) => minute,
  );
  const windows = new Map<number, number | undefined>();
  const windowEnding = (end: number): number | undefined => {
    if (windows.has(end)) return windows.get(end);
    const values = Array.from({ length: minutes }, (_, index) => byMinute.get(end - minutes + index) ?? [])
      .flat()
      .map(({ value }) => value);
    const window = values.length === 0 ? undefined : aggregate(values);
    windows.set(end, window);
    return window;
  };
  const rangeAt = (minute: number): Datapoint[] => {
    const range = Array.from({ length: N + extra }, (_, index) => windowEnding(minute - index * minutes));
    const fills = isFilled && (fillsEmpty || range.some((value) => value !== undefined));
    return range
      .reverse()
      .map((value) => value ?? (fills ? 0 : undefined))
      .map((value) => (value === undefined ? undefined : breaches(value, alarm.Threshold)));
  };

  const step = N * minutes > MINUTES_PER_DAY ? 60 : 1;
  const warmUp = alarm.WarmUpConfiguration?.WarmUpPeriodDurationInMinutes ?? 0;
  const changes: Change[] = [];
  let state: AlarmState = 'INSUFFICIENT_DATA';
  for (let minute = Math.max(step, warmUp); minute <= until; minute += step) {
    const next = evaluate(evaluation, rangeAt(minute), state);
    if (next === state) continue;
    const isMailed =
      next === 'ALARM'
        ? alarm.AlarmActions !== undefined
        : alarm.OKActions !== undefined || (state === 'ALARM' && mailsWhenFixed(template, id));
    changes.push({ minute, to: next, isMailed });
    state = next;
  }
  return changes;
};
