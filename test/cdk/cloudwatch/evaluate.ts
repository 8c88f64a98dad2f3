/** CloudWatch's three states of an alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** The settings of an alarm that decide how datapoints become a state. */
export interface Evaluation {
  /** N: how many datapoints are evaluated. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  /** The treatments that our alarms use. The fourth, `missing`, is not evaluated. */
  readonly treatMissingData: 'breaching' | 'notBreaching' | 'ignore';
}

/** A datapoint of the evaluation range: whether it breaches the threshold; undefined if it is missing. */
export type Datapoint = boolean | undefined;

/**
 * The rules of "How alarm state is evaluated when data is missing", in the order of that page:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param range the datapoints of the evaluation range, oldest first. CloudWatch retrieves more of them than N, and does not
 * publish how many more.
 */
export const evaluate = (
  { evaluationPeriods: N, datapointsToAlarm: M, treatMissingData }: Evaluation,
  range: readonly Datapoint[],
  current: AlarmState,
): AlarmState => {
  const existing = range.filter((datapoint) => datapoint !== undefined);
  // With enough real datapoints, the most recent ones are evaluated, and the treatment of missing data is not used.
  const evaluated = existing.slice(-N);
  const breaching = evaluated.filter(Boolean).length;
  if (breaching >= M) return 'ALARM';
  if (existing.length >= N) return 'OK';
  // "Uses missing data points only as few times as possible."
  const filled = N - evaluated.length;
  switch (treatMissingData) {
    case 'breaching':
      return breaching + filled >= M ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return evaluated.includes(false) ? 'OK' : current;
  }
};
