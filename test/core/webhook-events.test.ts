import {
  eventKey,
  isWatched,
  parseEventKey,
  WATCHED_EVENTS,
  type WatchedEvent,
  webhookEventSchema,
  webhookRun,
} from '../../shared/core/webhook-events.ts';

const EVENT: WatchedEvent = {
  event_type: 'create',
  data_type: 'sleep',
  object_id: 'a-1',
  event_time: '2026-03-10T08:00:00+00:00',
  user_id: 'user',
};
const isEvent = (value: unknown) => webhookEventSchema.isValidSync(value, { strict: true });

test('watches each change of each document of a night', () => {
  expect(WATCHED_EVENTS.map(({ data_type, event_type }) => `${data_type} ${event_type}`)).toEqual([
    ...['sleep create', 'sleep update', 'sleep delete'],
    ...['daily_sleep create', 'daily_sleep update', 'daily_sleep delete'],
    ...['daily_readiness create', 'daily_readiness update', 'daily_readiness delete'],
    ...['daily_spo2 create', 'daily_spo2 update', 'daily_spo2 delete'],
  ]);
  expect(isWatched(EVENT)).toBe(true);
  expect(isWatched({ ...EVENT, event_type: 'archive' })).toBe(false);
  expect(isWatched({ ...EVENT, data_type: 'workout' })).toBe(false);
});

test('accepts an event with further fields, and one with ids of 256 characters', () => {
  expect(isEvent({ ...EVENT, version: 2 })).toBe(true);
  expect(isEvent({ ...EVENT, object_id: 'x'.repeat(256) })).toBe(true);
});

test.each(Object.keys(EVENT))('rejects an event whose %s is missing, empty, too long or no text', (field) => {
  for (const value of [undefined, null, '', 'x'.repeat(257), 7, {}])
    expect(isEvent({ ...EVENT, [field]: value })).toBe(false);
});

test.each(['.', '..', '...'])(
  'rejects the id %s, which would name another resource of the API',
  (object_id) => {
    expect(isEvent({ ...EVENT, object_id })).toBe(false);
    expect(isEvent({ ...EVENT, object_id: `${object_id}a` })).toBe(true);
  },
);

test.each([null, [], 'text', 7])('rejects %j as an event', (value) => expect(isEvent(value)).toBe(false));

test('identifies an event by its five fields, in any order, and by nothing else', () => {
  const reversed = Object.fromEntries(Object.entries(EVENT).reverse()) as unknown as WatchedEvent;
  expect(eventKey({ ...reversed, version: 2 } as WatchedEvent)).toBe(eventKey(EVENT));
  for (const field of Object.keys(EVENT))
    expect(eventKey({ ...EVENT, [field]: 'other' })).not.toBe(eventKey(EVENT));
  expect(parseEventKey(eventKey(EVENT))).toEqual(EVENT);
});

test('names the execution of a gathering by its time, and gives each the same input', () => {
  expect(webhookRun('2026-03-10T15:00:00.123Z')).toEqual({
    name: 'webhook-20260310150000123',
    input: '{"trigger":"webhook"}',
  });
});
