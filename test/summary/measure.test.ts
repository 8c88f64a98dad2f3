import { type Measured, measure } from '../../services/summary/measure.ts';
import type { RunSummary } from '../../services/summary/summarize.ts';
import type { CLOUDWATCH_METRIC } from '../../shared/core/names.ts';

type Sent = Partial<Record<keyof typeof CLOUDWATCH_METRIC, number>>;

type Run = Partial<Pick<RunSummary, 'status' | 'cause' | 'failed_by_cause'>>;

const SETTLED = { planned: 7, stored: 7, unchanged: 0, no_data: 0, failed: 0, pending: 0 };
const sent = (run: Run, rest: Partial<Omit<Measured, 'run'>> = {}, counts = SETTLED): Sent => {
  const values: Sent = {};
  const level = (metric: keyof typeof CLOUDWATCH_METRIC, value: number) => {
    values[metric] = value;
  };
  const count = (metric: keyof typeof CLOUDWATCH_METRIC, value: number) => value > 0 && level(metric, value);
  measure(
    { count, level, seconds: level, milliseconds: level, flush: () => {} },
    {
      run: { status: 'complete', cause: null, failed_by_cause: {}, counts, ...run },
      ...{ isScheduled: true, isLookBack: true, newest: undefined, today: '2026-03-10', oldestParkedDays: 0 },
      ...rest,
    },
  );
  return values;
};

test.each([
  ['complete', { runsComplete: 1, runsSucceeded: 1, runsUnsettled: 0, credentialsRejected: 0 }],
  ['partial', { runsPartial: 1, runsSucceeded: 1, runsUnsettled: 1, credentialsRejected: 0 }],
  ['failed', { runsFailed: 1, runsSucceeded: 0, runsUnsettled: 1 }],
  ['incomplete', { runsIncomplete: 1, runsSucceeded: 0, runsUnsettled: 1 }],
] as const)(
  'a run that ended %s is sent as such, its success and its remainder as 0 or 1',
  (status, metrics) => {
    expect(sent({ status })).toEqual({ ...metrics, oldestParkedDays: 0 });
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

test('an outage proves nothing about the credentials', () => {
  expect(
    sent({ status: 'failed', cause: 'States.Timeout', failed_by_cause: { OuraUnavailable: 1 } }),
  ).not.toHaveProperty('credentialsRejected');
});

test('a run without dates proves nothing about the credentials, because it may have met an outage', () => {
  expect(sent({}, {}, { ...SETTLED, planned: 0, stored: 0 })).not.toHaveProperty('credentialsRejected');
});

test('a complete run of its own range does not prove that the dates of other runs are settled', () => {
  expect(sent({}, { isLookBack: false })).not.toHaveProperty('runsUnsettled');
  expect(sent({ status: 'partial' }, { isLookBack: false })).toMatchObject({ runsUnsettled: 1 });
});

test('only a scheduled run counts against silence: another one neither ends it nor begins it', () => {
  for (const status of ['complete', 'failed'] as const)
    expect(sent({ status }, { isScheduled: false })).not.toHaveProperty('runsSucceeded');
});

test('any run that settles dates proves that Oura accepts the credentials', () => {
  expect(sent({}, { isScheduled: false, isLookBack: false })).toMatchObject({ credentialsRejected: 0 });
});

test('a complete look-back does not prove that parked dates outside of it are settled', () => {
  for (const oldestParkedDays of [0.5, undefined]) {
    expect(sent({}, { oldestParkedDays })).not.toHaveProperty('runsUnsettled');
  }
  expect(sent({ status: 'partial' }, { oldestParkedDays: 0.5 })).toMatchObject({ runsUnsettled: 1 });
});

test.each([0, 10.5])('sends the age of the oldest parked message: %d days', (oldestParkedDays) => {
  expect(sent({}, { oldestParkedDays })).toMatchObject({ oldestParkedDays });
});

test('sends no age if the parked queue could not be read', () => {
  expect(sent({}, { oldestParkedDays: undefined })).not.toHaveProperty('oldestParkedDays');
});

test.each([
  ['the same day', '2026-03-10', 0],
  ['the day before', '2026-03-09', 1],
  ['a month before', '2026-02-10', 28],
])('nights behind are the days from the newest night to today: %s', (_what, newest, behind) => {
  expect(sent({}, { newest })).toMatchObject({ nightsBehind: behind });
});

test('sends no nights behind before the first night', () => {
  expect(sent({})).not.toHaveProperty('nightsBehind');
});
