import { createMetrics } from '../../../shared/aws/runtime/metrics.ts';
import { CLOUDWATCH_METRIC } from '../../../shared/core/names.ts';
import { expectEmf, NAMESPACE } from '../../helpers/emf.ts';
import { testLog } from '../../helpers/log.ts';

const flushed = (add: (metrics: ReturnType<typeof createMetrics>) => void) => {
  const log = testLog();
  const metrics = createMetrics('worker', NAMESPACE, log.console);
  add(metrics);
  metrics.flush();
  return log.lines();
};

test('writes counts and latencies as one valid EMF line, with the service as its only dimension', () => {
  const lines = flushed((metrics) => {
    metrics.count('datesStored', 3);
    metrics.milliseconds('ouraLatency', 120);
    metrics.milliseconds('ouraLatency', 80);
  });
  expect(lines).toHaveLength(1);
  expectEmf(lines[0]);
  expect(lines[0]).toMatchObject({ service: 'worker', DatesStored: 3, OuraLatency: [120, 80] });
});

test('sums the values of a count', () => {
  const [line] = flushed((metrics) => {
    metrics.count('datesStored', 1);
    metrics.count('datesStored', 2);
  });
  expect([line?.['DatesStored']].flat().reduce((sum, value) => Number(sum) + Number(value), 0)).toBe(3);
});

test('writes nothing if nothing was counted', () => {
  expect(flushed((metrics) => metrics.count('datesFailed', 0))).toEqual([]);
});

test('does not write the same values twice', () => {
  const log = testLog();
  const metrics = createMetrics('worker', NAMESPACE, log.console);
  metrics.count('datesStored', 1);
  metrics.flush();
  metrics.flush();
  metrics.count('datesFailed', 1);
  metrics.flush();
  expect(log.lines()).toHaveLength(2);
  expect(log.lines()[1]).not.toHaveProperty('DatesStored');
});

test('spreads many observations over several EMF lines', () => {
  const lines = flushed((metrics) => {
    for (let call = 0; call < 250; call++) metrics.milliseconds('ouraLatency', call);
  });
  for (const line of lines) expectEmf(line);
  expect(lines.flatMap((line) => line['OuraLatency'] as number[])).toHaveLength(250);
});

test('every metric can be sent', () => {
  const [line] = flushed((metrics) => {
    for (const name of Object.keys(CLOUDWATCH_METRIC) as (keyof typeof CLOUDWATCH_METRIC)[])
      metrics.count(name, 1);
  });
  expectEmf(line);
  expect(line).toMatchObject(Object.fromEntries(Object.values(CLOUDWATCH_METRIC).map((name) => [name, 1])));
});

test('sends a level of 0, but not a count of 0', () => {
  const [line] = flushed((metrics) => {
    metrics.level('nightsBehind', 0);
    metrics.count('datesFailed', 0);
  });
  expectEmf(line);
  expect(line).toMatchObject({ NightsBehind: 0 });
  expect(line).not.toHaveProperty('DatesFailed');
});

test('two stacks use separate namespaces', () => {
  const namespaces = ['OuraSleepSync', 'SecondSleeper'].map((namespace) => {
    const log = testLog();
    const metrics = createMetrics('worker', namespace, log.console);
    metrics.count('datesStored', 1);
    metrics.flush();
    const [line] = log.lines() as { _aws: { CloudWatchMetrics: { Namespace: string }[] } }[];
    return line?._aws.CloudWatchMetrics.map(({ Namespace }) => Namespace);
  });
  expect(namespaces).toEqual([['OuraSleepSync'], ['SecondSleeper']]);
});
