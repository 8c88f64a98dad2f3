import { MathExpression, Row, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { graph, PERIOD, SECONDS } from './graph.ts';

/** Depth, age and time to drain of one queue, side by side. */
export const queueRow = (title: string, queue: Queue): Row => {
  const options = { period: PERIOD };
  const waiting = queue.metricApproximateNumberOfMessagesVisible({ ...options, label: 'Waiting' });
  const inFlight = queue.metricApproximateNumberOfMessagesNotVisible({ ...options, label: 'In flight' });
  return new Row(
    graph(8, `${title}: messages`, [waiting, inFlight]),
    graph(
      8,
      `${title}: age of the oldest message`,
      [queue.metricApproximateAgeOfOldestMessage({ ...options, label: 'Age' })],
      { leftYAxis: SECONDS },
    ),
    graph(
      8,
      `${title}: time to drain`,
      [
        // Messages over messages a second. While nothing is deleted there is no such time, and no point is drawn.
        new MathExpression({
          label: 'At the present rate',
          expression: '(waiting + inFlight) / (deleted / PERIOD(deleted))',
          usingMetrics: {
            waiting,
            inFlight,
            deleted: queue.metricNumberOfMessagesDeleted({ ...options, statistic: Stats.SUM }),
          },
          period: PERIOD,
        }),
      ],
      { leftYAxis: SECONDS },
    ),
  );
};
