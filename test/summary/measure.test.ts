import { measure } from '../../services/summary/measure.ts';
import type { RunSummary } from '../../services/summary/summarize.ts';
import type { CLOUDWATCH_METRIC } from '../../shared/core/names.ts';

type Sent = Partial<Record<keyof typeof CLOUDWATCH_METRIC, number>>;

const sent = (
  run: Partial<Pick<RunSummary, 'status' | 'cause' | 'failed_by_cause'>>,
  newest?: string,
  today = '2026-03-10',
): Sent => {
  const values: Sent = {};
  const level = (metric: keyof typeof CLOUDWATCH_METRIC, value: number) => {
    values[metric] = value;
  };
  const count = (metric: keyof typeof CLOUDWATCH_METRIC, value: number) => value > 0 && level(metric, value);
  const sink = { count, level, milliseconds: level, flush: () => {} };
  measure(sink, { status: 'complete', cause: null, failed_by_cause: {}, ...run }, newest, today);
  return values;
};

test.each([
  ['complete', { runsComplete: 1, runsSucceeded: 1, runsUnsettled: 0 }],
  ['partial', { runsPartial: 1, runsSucceeded: 1, runsUnsettled: 1 }],
  ['failed', { runsFailed: 1, runsSucceeded: 0, runsUnsettled: 1 }],
  ['incomplete', { runsIncomplete: 1, runsSucceeded: 0, runsUnsettled: 1 }],
] as const)(
  'a run that ended %s is sent as such, its success and its remainder as 0 or 1',
  (status, metrics) => {
    expect(sent({ status })).toEqual(metrics);
  },
);

test.each(['ReconnectNeeded', 'CredentialsRejected', 'AccessForbidden', 'ApiKeyMissing'])(
  'that Oura does not let us in (%s) is sent once, whether the plan or dates met it',
  (name) => {
    expect(sent({ status: 'failed', cause: name })).toMatchObject({ credentialsRejected: 1 });
    expect(sent({ status: 'failed', failed_by_cause: { [name]: 2, OuraUnavailable: 1 } })).toMatchObject({
      credentialsRejected: 1,
    });
  },
);

test('an outage does not count as rejected credentials', () => {
  expect(
    sent({ status: 'failed', cause: 'States.Timeout', failed_by_cause: { OuraUnavailable: 1 } }),
  ).not.toHaveProperty('credentialsRejected');
});

test.each([
  ['the same day', '2026-03-10', 0],
  ['the day before', '2026-03-09', 1],
  ['a month before', '2026-02-10', 28],
])('nights behind are the days from the newest night to today: %s', (_what, newest, behind) => {
  expect(sent({}, newest)).toMatchObject({ nightsBehind: behind });
});

test('sends no nights behind before the first night', () => {
  expect(sent({})).not.toHaveProperty('nightsBehind');
});
