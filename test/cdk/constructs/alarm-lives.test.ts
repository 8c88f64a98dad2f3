import { synthesize } from '../../../cdk/synthesize.ts';
import { type Change, live, type Published, UNPUBLISHED } from '../cloudwatch/live.ts';
import { resourcesOf } from '../template-facts.ts';

const template = synthesize({ alarmEmail: 'night@example.org', webhooks: true });
const HOUR = 60;
const DAY = 24 * HOUR;
/** The first daily run, half a day after the deployment. */
const NOON = 12 * HOUR;

/** A value per minute, from one minute to another. */
const steady = (metric: string, from: number, to: number, value: number): Published[] =>
  Array.from({ length: to - from }, (_, index) => ({ metric, minute: from + index, value }));

const once = (metric: string, minute: number, value: number): Published => ({ metric, minute, value });

/** The values of `metric` that the summary sends at the end of the daily runs. */
const daily = (metric: string, values: readonly (number | undefined)[]): Published[] =>
  values.flatMap((value, day) => (value === undefined ? [] : [once(metric, NOON + day * DAY, value)]));

/** The life of an alarm, which must be the same in every case that the documentation leaves open. */
const changesOf = (id: string, published: readonly Published[], until: number): Change[] => {
  const [first = [], ...others] = UNPUBLISHED.map((open) => live(template, id, published, until, open));
  for (const other of others) expect(other).toEqual(first);
  return first;
};
const textOf = ({ minute, to, isMailed }: Change) => `${minute}: ${to}${isMailed ? ', mailed' : ''}`;
/** Without the first change from INSUFFICIENT_DATA to OK, which is never mailed. */
const life = (id: string, published: readonly Published[], until: number): string[] => {
  const [first, ...rest] = changesOf(id, published, until);
  if (first?.to === 'OK') expect(first.isMailed).toBe(false);
  return (first?.to === 'OK' ? rest : [first, ...rest]).flatMap((change) => (change ? [textOf(change)] : []));
};

const ALARMS = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id]) => id);

test.each(ALARMS)('%s is quiet on the day of the deployment, and mails nothing', (id) => {
  // The queues are polled from the start. The first run is at noon, and nothing has been stored or parked.
  const quiet = [
    ...steady('ApproximateNumberOfMessagesVisible', 2, DAY, 0),
    ...daily('OldestParkedDays', [0]),
    ...daily('RunsUnsettled', [0]),
    ...daily('CredentialsRejected', [0]),
    ...daily('RunsSucceeded', [1]),
    ...daily('SubscriptionDaysLeft', [89]),
  ];
  for (const published of [[], quiet]) {
    const changes = changesOf(id, published, DAY);
    expect(changes.filter(({ to, isMailed }) => to === 'ALARM' || isMailed)).toEqual([]);
  }
});

describe('DatesParked', () => {
  const sent = (...minutes: number[]) => minutes.map((minute) => once('NumberOfMessagesSent', minute, 1));

  test('mails for a second arrival 15 minutes after the first, and never when it clears', () => {
    expect(life('DatesParked', sent(100, 115), 200)).toEqual([
      '101: ALARM, mailed',
      '111: OK',
      '116: ALARM, mailed',
      '126: OK',
    ]);
  });

  test('mails once for the dates of one outage', () => {
    expect(life('DatesParked', sent(100, 103, 107, 112), 200)).toEqual(['101: ALARM, mailed', '123: OK']);
  });

  test('behaves in the same way if SQS also publishes zeros', () => {
    const zeros = steady('NumberOfMessagesSent', 0, 300, 0);
    expect(life('DatesParked', [...zeros, ...sent(100, 115)], 200)).toHaveLength(4);
  });
});

describe('ParkedMessages', () => {
  test('stays from an hour after the first arrival until the queue is empty', () => {
    const depth = [
      ...steady('ApproximateNumberOfMessagesVisible', 0, 100, 0),
      ...steady('ApproximateNumberOfMessagesVisible', 100, 3 * DAY, 3),
      ...steady('ApproximateNumberOfMessagesVisible', 3 * DAY, 4 * DAY, 0),
    ];
    const [raised, cleared, ...rest] = life('ParkedMessages', depth, 4 * DAY);
    // The windows slide, so the first one that has a parked message counts. The last one that has it ends five minutes later.
    expect(raised).toBe('156: ALARM, mailed');
    expect(cleared).toBe(`${3 * DAY + 5}: OK`);
    expect(rest).toEqual([]);
  });

  test('is not raised by messages that are redriven within the hour', () => {
    const depth = [
      ...steady('ApproximateNumberOfMessagesVisible', 0, 50, 3),
      ...steady('ApproximateNumberOfMessagesVisible', 50, DAY, 0),
    ];
    expect(life('ParkedMessages', depth, DAY)).toEqual([]);
  });

  test('stays while the summary or a person reads the queue, which hides the messages for a minute', () => {
    const depth = steady('ApproximateNumberOfMessagesVisible', 0, DAY, 3).map((each) =>
      each.minute % 240 === 120 ? { ...each, value: 0 } : each,
    );
    expect(life('ParkedMessages', depth, DAY)).toEqual(['56: ALARM, mailed']);
  });
});

describe('ParkedExpiring', () => {
  test('mails once when the oldest message is ten days old, and stays until it is gone, without an OK mail', () => {
    const ages = [0, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5, 0];
    expect(life('ParkedExpiring', daily('OldestParkedDays', ages), 20 * DAY)).toEqual([
      `${NOON + 11 * DAY + 1}: ALARM, mailed`,
      `${NOON + 13 * DAY + 1}: OK`,
    ]);
  });

  test('keeps its state through days without a run', () => {
    const ages = [10.5, undefined, undefined, undefined, 0];
    expect(life('ParkedExpiring', daily('OldestParkedDays', ages), 10 * DAY)).toEqual([
      `${NOON + 1}: ALARM, mailed`,
      `${NOON + 4 * DAY + 1}: OK`,
    ]);
  });
});

describe.each([
  ['CredentialsRejected', 'CredentialsRejected'],
  ['RunIncomplete', 'RunsUnsettled'],
])('%s', (id, metric) => {
  test('stays from the failed run to the first one that proves the opposite, and mails at both', () => {
    expect(life(id, daily(metric, [0, 1, 1, undefined, 0, 0]), 9 * DAY)).toEqual([
      `${NOON + DAY + 1}: ALARM, mailed`,
      `${NOON + 4 * DAY + 1}: OK, mailed`,
    ]);
  });

  test('is OK after a successful run that follows a failed one within minutes', () => {
    const runs = [once(metric, NOON, 1), once(metric, NOON + 3, 0)];
    expect(life(id, runs, 2 * DAY)).toEqual([`${NOON + 1}: ALARM, mailed`, `${NOON + 4}: OK, mailed`]);
  });

  test('mails nothing while every run succeeds, also not at the first one', () => {
    expect(life(id, daily(metric, [0, 0, 0]), 4 * DAY)).toEqual([]);
  });
});

describe('NoSuccessfulRun', () => {
  const runs = (...values: (number | undefined)[]) => daily('RunsSucceeded', values);
  const hours = ([change]: Change[]) => (change?.minute ?? 0) / HOUR;

  test('is raised 26 hours after the deployment if no run has started, or none has succeeded', () => {
    for (const published of [[], runs(0, 0)]) {
      const changes = changesOf('NoSuccessfulRun', published, 2 * DAY);
      expect(changes).toEqual([{ minute: 26 * HOUR, to: 'ALARM', isMailed: true }]);
    }
  });

  test('stays quiet with a successful run a day', () => {
    expect(life('NoSuccessfulRun', runs(1, 1, 1, 1, 1), 5 * DAY)).toEqual([]);
  });

  test('is raised 26 hours after the last success, stays, and mails when a run has succeeded', () => {
    const published = runs(1, 1, 0, undefined, 0, 1);
    // Evaluated every hour, in which the last success may have left the window or not.
    const [raised, fixed, ...rest] = changesOf('NoSuccessfulRun', published, 7 * DAY).filter(
      ({ to }, index) => index > 0 || to === 'ALARM',
    );
    expect(raised).toMatchObject({ to: 'ALARM', isMailed: true });
    expect(hours(raised ? [raised] : [])).toBe((NOON + DAY) / HOUR + 27);
    expect(fixed).toMatchObject({ to: 'OK', isMailed: true });
    expect(hours(fixed ? [fixed] : [])).toBe((NOON + 5 * DAY) / HOUR + 1);
    expect(rest.filter(({ minute }) => minute < NOON + 5 * DAY + 26 * HOUR)).toEqual([]);
  });
});

describe('WorkQueueStalled', () => {
  const depth = (from: number, to: number, value: number) =>
    steady('ApproximateNumberOfMessagesVisible', from, to, value);

  test('is raised after an hour without a worker, stays for days, and mails when a worker takes the messages', () => {
    const published = [...depth(0, 100, 0), ...depth(100, 3 * DAY, 7), ...depth(3 * DAY, 4 * DAY, 0)];
    expect(life('WorkQueueStalled', published, 4 * DAY)).toEqual([
      '160: ALARM, mailed',
      `${3 * DAY + 1}: OK, mailed`,
    ]);
  });

  test('is not raised by retries, whose messages are visible only until a worker takes them', () => {
    const retries = depth(0, DAY, 5).map((each) => (each.minute % 4 === 0 ? { ...each, value: 0 } : each));
    expect(life('WorkQueueStalled', retries, DAY)).toEqual([]);
  });
});

describe.each([
  ['LogErrorFailing', 'ApproximateAgeOfOldestMessage', 240],
  ['WorkerThrottled', 'Throttles', 2],
])('%s', (id, metric, value) => {
  test('mails at once, at most once an hour while it goes on, and never when it clears', () => {
    const minutes = [100, 130, 160, 190, 400];
    const published = minutes.map((minute) => once(metric, minute, value));
    expect(life(id, published, 600)).toEqual([
      '101: ALARM, mailed',
      '251: OK',
      '401: ALARM, mailed',
      '461: OK',
    ]);
  });
});

test('LogErrorFailing needs no age of messages that were received three times, which SQS leaves out', () => {
  // A message that log-error fails on: received at 0, 3 and 6 minutes, and left out of the metric from then on.
  const age = [60, 120, 180, 240, 300, 360].map((value, minute) =>
    once('ApproximateAgeOfOldestMessage', 100 + minute, value),
  );
  expect(life('LogErrorFailing', age, 300)[0]).toMatch(/^10[4-6]: ALARM, mailed$/);
});

describe('WebhookSignaturesFailing', () => {
  test('mails for the events of a night, and ignores a few stray requests', () => {
    const id = 'WebhookSignaturesFailing';
    expect(life(id, [once('WebhookSignaturesRejected', 100, 3)], 300)).toEqual([]);
    expect(life(id, [once('WebhookSignaturesRejected', 100, 12)], 300)).toEqual([
      '101: ALARM, mailed',
      '161: OK',
    ]);
  });
});

describe('WebhookSubscriptions', () => {
  test('mails when a subscription is missing, stays until the next check, and mails when it is fixed', () => {
    expect(life('WebhookSubscriptions', daily('SubscriptionDaysLeft', [89, 0, 89]), 4 * DAY)).toEqual([
      `${NOON + DAY + 1}: ALARM, mailed`,
      `${NOON + 2 * DAY + 1}: OK, mailed`,
    ]);
  });

  test('is quiet while subscriptions are renewed in time', () => {
    expect(life('WebhookSubscriptions', daily('SubscriptionDaysLeft', [31, 30, 89]), 4 * DAY)).toEqual([]);
  });
});

describe('NightsUnannounced', () => {
  test('is quiet if one event is lost, and mails if no event arrives on a second day', () => {
    const lost = (...days: number[]) => days.map((day) => once('NightsUnannounced', NOON + day * DAY, 1));
    expect(life('NightsUnannounced', lost(1), 6 * DAY)).toEqual([]);
    // CloudWatch evaluates alarms with long periods once an hour.
    expect(life('NightsUnannounced', lost(1, 2), 3 * DAY)).toEqual([
      `${NOON + 2 * DAY + HOUR}: ALARM, mailed`,
    ]);
    expect(life('NightsUnannounced', lost(1, 4), 7 * DAY)).toEqual([]);
  });
});
