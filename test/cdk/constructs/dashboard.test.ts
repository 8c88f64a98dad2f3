import { synthesize } from '../../../cdk/synthesize.ts';
import { CLOUDWATCH_METRIC, SERVICE } from '../../../shared/core/names.ts';
import { joined, resource, resourcesOf } from '../template-facts.ts';

const template = synthesize();

type Shown = readonly (string | { readonly expression?: string; readonly id?: string })[];
interface DashboardBody {
  readonly start?: string;
  readonly widgets: readonly {
    properties: { title?: string; metrics?: readonly Shown[]; alarms?: readonly string[] };
  }[];
}
const { start, widgets } = JSON.parse(
  joined(resource(template, 'Dashboard').Properties['DashboardBody'], (intrinsic) =>
    Object.values(intrinsic).flat().join('.'),
  ),
) as DashboardBody;
const rows = widgets.flatMap(({ properties }) => properties.metrics ?? []);
/** A metric without the labels object at its end. */
const nameOf = (metric: Shown) => metric.filter((part) => typeof part === 'string').join(' ');
const shown = rows.filter(([first]) => typeof first === 'string').map(nameOf);
const own = (service: string, metric: string) => `OuraSleepSync ${metric} service ${service}`;

test.each([
  ['WorkQueue', 'AWS/SQS ApproximateAgeOfOldestMessage QueueName WorkQueue.QueueName'],
  ['DeadLetterQueue', 'AWS/SQS ApproximateAgeOfOldestMessage QueueName DeadLetterQueue.QueueName'],
  // By SentTimestamp: the age of SQS restarts when a message moves.
  ['ParkedQueue', own('summary', 'OldestParkedDays')],
])('shows the depth, messages in flight and age of %s', (id, age) => {
  expect(shown).toContain(`AWS/SQS ApproximateNumberOfMessagesVisible QueueName ${id}.QueueName`);
  expect(shown).toContain(`AWS/SQS ApproximateNumberOfMessagesNotVisible QueueName ${id}.QueueName`);
  expect(shown).toContain(age);
});

test.each([
  ['Work queue', 'WorkQueue'],
  ['Dead-letter queue', 'DeadLetterQueue'],
  ['Parked queue', 'ParkedQueue'],
])('shows the time to drain the %s: its messages divided by the deletions per second', (title, id) => {
  const widget = widgets.find(({ properties }) => properties.title === `${title}: time to drain`);
  const [[math] = [], ...inputs] = widget?.properties.metrics ?? [];
  expect(math).toMatchObject({ expression: '(waiting + inFlight) / (deleted / PERIOD(deleted))' });
  expect(inputs.map((metric) => [(metric.at(-1) as { id: string }).id, nameOf(metric)]).sort()).toEqual([
    ['deleted', `AWS/SQS NumberOfMessagesDeleted QueueName ${id}.QueueName`],
    ['inFlight', `AWS/SQS ApproximateNumberOfMessagesNotVisible QueueName ${id}.QueueName`],
    ['waiting', `AWS/SQS ApproximateNumberOfMessagesVisible QueueName ${id}.QueueName`],
  ]);
});

test.each(['ConcurrentExecutions', 'Duration', 'Errors', 'Throttles', 'Invocations'])(
  'shows %s of the worker',
  (metric) => expect(shown).toContain(`AWS/Lambda ${metric} FunctionName Worker`),
);

test.each(['Started', 'Succeeded', 'Failed', 'TimedOut', 'Aborted'])('shows executions: %s', (how) => {
  expect(shown).toContain(`AWS/States Executions${how} StateMachineArn SyncRun`);
});

test('shows outcomes of dates, requests to Oura, results of runs and the age of the newest night', () => {
  const worker = ['DatesStored', 'DatesUnchanged', 'DatesWithoutData', 'DatesFailed', 'OuraCalls'];
  const summary = ['RunsComplete', 'RunsPartial', 'RunsFailed', 'RunsIncomplete', 'NightsBehind'];
  expect(shown).toEqual(
    expect.arrayContaining([
      ...worker.map((metric) => own('worker', metric)),
      own('worker', 'OuraRateLimited'),
      own('worker', 'OuraLatency'),
      own('planner', 'OuraCalls'),
      ...summary.map((metric) => own('summary', metric)),
    ]),
  );
});

test('shows only those custom metrics that a function sends', () => {
  const known = Object.values(SERVICE).flatMap((service) =>
    Object.values(CLOUDWATCH_METRIC).map((metric) => own(service, metric)),
  );
  const ours = shown.filter((metric) => metric.startsWith('OuraSleepSync'));
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.filter((metric) => !known.includes(metric))).toEqual([]);
});

test('shows every alarm', () => {
  const listed = widgets.flatMap(({ properties }) => properties.alarms ?? []);
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id]) => `${id}.Arn`);
  expect(listed.sort()).toEqual(alarms.sort());
});

test('shows a week', () => expect(start).toBe('-P7D'));

test('stays within the 50 metrics of a free dashboard, counting repeated metrics each time', () => {
  expect(shown.length).toBeLessThanOrEqual(50);
});
