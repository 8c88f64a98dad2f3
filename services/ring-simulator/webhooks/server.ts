import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../shared/core/clock.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { Reply } from '../api/reply.ts';
import type { Application } from '../oauth/applications.ts';
import type { Collection } from '../sleeper/collections.ts';
import { recordId, sequenceOf } from '../sleeper/noise.ts';
import type { Ring } from '../sleeper/ring.ts';
import { createDeliveries, type Delivery, type WebhookEvent } from './delivery.ts';
import {
  createSubscriptions,
  type EventType,
  type Subscription,
  type WebhookRoute,
} from './subscriptions.ts';

export interface WebhookOptions {
  /** The wait before each retry of a delivery. Default: ten retries within an hour. */
  readonly retryDelaysMs?: readonly number[];
}

/** What goes wrong between Oura and a callback. A change applies from the next announcement. */
export interface WebhookFaults {
  /** The probability that an event is never sent. */
  lost: number;
  /** The probability that an event is sent a second time. */
  duplicated: number;
  /** Whether the events of an announcement are sent in random order. */
  reordered: boolean;
  /** The longest random delay of an event, which also mixes the events of several announcements. */
  delaySeconds: number;
  /** Whether all events for a callback are sent in one array. */
  asArray: boolean;
  /** How long the API responds with 404 to an announced document. Lists have it at once. */
  lateSeconds: number;
}

/** A request to the webhook API, without headers and body. */
interface SubscriptionCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Epoch milliseconds on the simulator's clock. */
  readonly at: number;
}

/** The documents that announcements are made of. */
type Announced = Pick<WebhookEvent, 'event_type' | 'data_type' | 'object_id'>;

/** The interface of the webhooks for tests and for the simulated phone. */
export interface WebhookControl {
  /** The subscriptions that have not expired. */
  readonly subscriptions: readonly Subscription[];
  /** Every request to the webhook API, oldest first. */
  readonly calls: readonly SubscriptionCall[];
  /** Every finished attempt to deliver events. */
  readonly deliveries: readonly Delivery[];
  readonly faults: WebhookFaults;
  /**
   * Announces the documents that the API has of a day, as if the phone had just synced it. Returns the events, including
   * those that no subscription wants or that a fault loses.
   */
  announce(
    day: Day,
    options?: { readonly eventType?: EventType; readonly collections?: readonly Collection[] },
  ): readonly WebhookEvent[];
  /** Announces any documents: a deletion after an edit, or an unknown document. */
  send(announced: readonly Announced[]): readonly WebhookEvent[];
  /** Sends events again as they were. */
  repeat(events: readonly WebhookEvent[]): void;
  /** Resolves when every event is acknowledged, or given up after its last retry. */
  settled(): Promise<void>;
}

/** The collections of a night that Oura announces. */
const ANNOUNCED: readonly Collection[] = ['sleep', 'daily_sleep', 'daily_readiness', 'daily_spo2'];

export const NO_FAULTS: Readonly<WebhookFaults> = {
  lost: 0,
  duplicated: 0,
  reordered: false,
  delaySeconds: 0,
  asArray: false,
  lateSeconds: 0,
};

/** The faults of the `messy` scenario. A 404 for 31 seconds has been reported of the real API. */
export const MESSY_WEBHOOKS: Readonly<WebhookFaults> = {
  lost: 0.1,
  duplicated: 0.3,
  reordered: true,
  delaySeconds: 5,
  asArray: false,
  lateSeconds: 31,
};

const shuffled = <Item>(items: readonly Item[], chance: () => number): readonly Item[] =>
  items
    .map((item) => ({ item, place: chance() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);

/** Creates the webhook API of both portals, and the sender of events. */
export const createWebhooks = (
  options: WebhookOptions & {
    readonly applications: readonly Application[];
    readonly faults: Readonly<WebhookFaults>;
    readonly clock: Clock;
    readonly seed: number;
    readonly ring: Ring;
  },
) => {
  const { clock, seed, ring } = options;
  const subscriptions = createSubscriptions(options.applications);
  const deliveries = createDeliveries(options);
  const calls: SubscriptionCall[] = [];
  const faults = { ...options.faults };
  const chance = sequenceOf(seed);
  /** When each late document appears, epoch ms. */
  const appearing = new Map<string, number>();

  const post = (events: readonly WebhookEvent[]): void => {
    const { asArray, delaySeconds } = faults;
    const sent = events.filter(() => chance() >= faults.lost);
    const twice = sent.filter(() => chance() < faults.duplicated);
    const ordered = faults.reordered ? shuffled([...sent, ...twice], chance) : [...sent, ...twice];
    const wanted = ordered.flatMap((event) =>
      subscriptions
        .signed(clock.now())
        .filter(
          ({ subscription: { event_type, data_type } }) =>
            event_type === event.event_type && data_type === event.data_type,
        )
        .map(({ subscription: { id, callback_url }, secret }) => ({
          events: [event],
          asArray,
          callbackUrl: callback_url,
          secret,
          cancel: () => subscriptions.cancel(id),
        })),
    );
    const parcels = asArray
      ? Object.values(
          Object.groupBy(wanted, ({ callbackUrl, secret }) => `${callbackUrl} ${secret}`),
        ).flatMap((group = []) => {
          const [first] = group;
          return first ? [{ ...first, events: group.flatMap((each) => each.events) }] : [];
        })
      : wanted;
    for (const parcel of parcels) deliveries.deliver(parcel, delaySeconds * 1000 * chance());
  };

  const send: WebhookControl['send'] = (announced) => {
    const now = clock.now();
    const event_time = new Date(now).toISOString().replace('Z', '+00:00');
    const user_id = recordId(seed, 0, 'user');
    const events = announced.map((each) => ({ ...each, event_time, user_id }));
    for (const { object_id } of faults.lateSeconds > 0 ? events : [])
      appearing.set(object_id, now + faults.lateSeconds * 1000);
    post(events);
    return events;
  };

  const control: WebhookControl = {
    get subscriptions() {
      return subscriptions.current(clock.now());
    },
    calls,
    deliveries: deliveries.made,
    faults,
    announce: (day, { eventType = 'create', collections = ANNOUNCED } = {}) =>
      send(
        collections.flatMap((collection) =>
          ring
            .records(collection, day, clock.now())
            .map(({ id }) => ({ event_type: eventType, data_type: collection, object_id: id })),
        ),
      ),
    send,
    repeat: post,
    settled: deliveries.settled,
  };

  return {
    control,
    answer: async (request: IncomingMessage, url: URL, route: WebhookRoute): Promise<Reply> => {
      const at = clock.now();
      const reply = await subscriptions.answer(request, route, at);
      calls.push({ method: request.method ?? 'GET', path: url.pathname, status: reply.status, at });
      return reply;
    },
    /** Whether a document was announced and still gets 404. */
    isLate: (id: string, now: number): boolean => (appearing.get(id) ?? Number.NEGATIVE_INFINITY) > now,
    stop: deliveries.stop,
  };
};
