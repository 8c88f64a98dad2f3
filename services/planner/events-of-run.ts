import type { PendingEvents } from '../../shared/aws/store/pending-events.ts';
import type { DatesOfDocuments } from '../../shared/aws/store/sleep-table.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { SCOPE } from '../../shared/core/collections.ts';
import { type Day, MS_PER_DAY } from '../../shared/core/day.ts';
import type { DayEntry } from '../../shared/core/ledger.ts';
import type { Log } from '../../shared/core/log.ts';
import type { MetricSink } from '../../shared/core/metric-sink.ts';
import type { WatchedEvent } from '../../shared/core/webhook-events.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import {
  type AnnouncedDocument,
  announcedAt,
  documentsOf,
  type FoundDocuments,
  hasDelete,
  lookUpDocuments,
  sortDocuments,
} from './announced-documents.ts';

export interface EventParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricSink;
  readonly pending: PendingEvents;
  readonly client: Pick<OuraClient, 'dayOf'>;
  readonly wait: (ms: number) => Promise<void>;
  /** Starts the execution that takes the events that remain. If that fails, they wait for the next event or the daily run. */
  readonly startNext: () => Promise<void>;
}

/** Runs that look a document up, 20 s apart or more. Oura has been seen to lack an announced document for 31 s. */
const MOST_ATTEMPTS = 3;

/** An outage ends sooner. A look-up that fails for longer has another reason, and would cost a look-back with every run. */
const LONGEST_OUTAGE_MS = 7 * MS_PER_DAY;

/** The events that a run has taken: from their documents to dates. */
export interface EventsOfRun {
  /** Whether the run must request something from Oura for them. */
  readonly needsOura: boolean;
  /**
   * Looks up the documents that no stored night comes from. Returns the dates to request with the time of the first event
   * (ISO 8601), and whether the look-back must replace a document that Oura did not send.
   */
  find(
    scopes: readonly string[] | undefined,
  ): Promise<{ dates: ReadonlyMap<Day, string | undefined>; isLacking: boolean }>;
  /** Resolves the events whose dates are queued. If others remain, starts the next run. Call it after {@link find}. */
  settle(): Promise<void>;
}

const keysOf = (documents: readonly AnnouncedDocument[]): string[] =>
  documents.flatMap(({ events }) => [...events.keys()]);

/** The dates, each with the time of its first event. */
const announcedDates = (
  announced: FoundDocuments['announced'],
  newest: Day,
): Map<Day, string | undefined> => {
  const dates = new Map<Day, string | undefined>();
  for (const { date, document } of announced) {
    // A nap after 18:00 belongs to the next day, which the look-back requests once it has begun.
    if (date > newest) continue;
    const times = [dates.get(date), announcedAt(document)].filter((time) => time !== undefined);
    dates.set(date, times.sort()[0]);
  }
  return dates;
};

/**
 * @param stored the stored nights that the documents may belong to, and their states
 * @param newest the newest day that has begun anywhere
 */
export const eventsOfRun = (
  events: ReadonlyMap<string, WatchedEvent>,
  stored: { readonly datesOf: DatesOfDocuments; readonly states: ReadonlyMap<Day, DayEntry> },
  newest: Day,
  { clock, log, metrics, pending, client, wait, startNext }: EventParts,
): EventsOfRun => {
  const { announced, settled, unknown } = sortDocuments(documentsOf(events), stored.datesOf, stored.states);
  let found: FoundDocuments = { announced: [], missing: [], failed: [], left: [] };
  let denied: readonly AnnouncedDocument[] = [];

  /** Counts the failed look-ups, and returns the documents to give up, those to look up again, and those that had no room. */
  const judge = async () => {
    const { missing, failed, left } = found;
    const lacking = [...missing.filter((document) => !hasDelete(document)), ...failed];
    const attempts = await pending.countFailures(keysOf(lacking));
    const isOver = ({ events: ofDocument }: AnnouncedDocument) =>
      [...ofDocument.keys()].some((key) => (attempts.get(key) ?? 0) >= MOST_ATTEMPTS);
    const isOlder = (document: AnnouncedDocument, ms: number) =>
      Date.parse(announcedAt(document) ?? '') < clock.now() - ms;
    const gone = [
      ...missing.filter((each) => hasDelete(each) || isOver(each) || isOlder(each, MS_PER_DAY)),
      ...failed.filter((each) => isOver(each) && isOlder(each, LONGEST_OUTAGE_MS)),
    ];
    // An event whose look-up failed stays pending. After three attempts it waits for the next run.
    const again = lacking.filter((each) => !isOver(each) && !gone.includes(each));
    return { gone, again, left };
  };

  return {
    needsOura: announced.length > 0 || unknown.length > 0,

    find: async (scopes) => {
      denied = unknown.filter(({ collection }) => scopes?.includes(SCOPE[collection]) === false);
      const asked = unknown.filter((document) => !denied.includes(document));
      found = await lookUpDocuments(asked, client, wait);
      const { missing, failed } = found;
      return {
        dates: announcedDates([...announced, ...found.announced], newest),
        isLacking: failed.length > 0 || missing.some((document) => !hasDelete(document)),
      };
    },

    settle: async () => {
      if (events.size === 0) return;
      const { gone, again, left } = await judge();
      const documents = [...announced, ...found.announced].map(({ document }) => document);
      const ended = [...new Set([...documents, ...settled, ...denied, ...gone])];
      await pending.resolve(keysOf(ended));
      metrics.count('webhookEventsIgnored', keysOf([...denied, ...gone]).length);
      log.info('Resolved events', {
        events: events.size,
        looked_up: unknown.length,
        not_found: gone.length,
        pending: events.size - keysOf(ended).length,
      });
      // Without an end for any, the next run would have no room for the rest either.
      if (again.length > 0 || (left.length > 0 && ended.length > 0)) await startNext();
    },
  };
};
