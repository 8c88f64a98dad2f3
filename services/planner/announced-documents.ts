import pMap from 'p-map';
import type { DatesOfDocuments } from '../../shared/aws/store/sleep-table.ts';
import { iso } from '../../shared/core/clock.ts';
import type { Day } from '../../shared/core/day.ts';
import { AppError, consequencesOf } from '../../shared/core/errors.ts';
import type { DayEntry } from '../../shared/core/ledger.ts';
import type { WatchedDataType, WatchedEvent } from '../../shared/core/webhook-events.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { isDenial } from '../../shared/oura/errors.ts';

// An event names a document, and not its day. The day comes from a stored night, or from Oura.

/** A document, with all its pending events by key. */
export interface AnnouncedDocument {
  readonly collection: WatchedDataType;
  readonly id: string;
  readonly events: ReadonlyMap<string, WatchedEvent>;
}

/** The documents of the pending events. */
export const documentsOf = (events: ReadonlyMap<string, WatchedEvent>): AnnouncedDocument[] => {
  const grouped = Map.groupBy(events, ([, { data_type, object_id }]) => `${data_type} ${object_id}`);
  return [...grouped.values()].flatMap((entries) => {
    const [first] = entries;
    return first
      ? [{ collection: first[1].data_type, id: first[1].object_id, events: new Map(entries) }]
      : [];
  });
};

/** Whether one of the events says that the document is gone. */
export const hasDelete = ({ events }: AnnouncedDocument): boolean =>
  [...events.values()].some(({ event_type }) => event_type === 'delete');

const isOnlyDeleted = ({ events }: AnnouncedDocument): boolean =>
  [...events.values()].every(({ event_type }) => event_type === 'delete');

/** The valid times of the events, epoch ms. */
const timesOf = ({ events }: AnnouncedDocument): number[] =>
  [...events.values()].map(({ event_time }) => Date.parse(event_time)).filter((time) => !Number.isNaN(time));

/** The time of the first event (ISO 8601); undefined if no event has a valid one. */
export const announcedAt = (document: AnnouncedDocument): string | undefined => {
  const first = Math.min(...timesOf(document));
  return Number.isFinite(first) ? iso(first) : undefined;
};

/** Whether the stored night of the date was requested after each event of its document, so that nothing is new. */
const isCurrent = (document: AnnouncedDocument, state: DayEntry | undefined): boolean => {
  if (state?.state !== 'stored' || hasDelete(document)) return false;
  const times = timesOf(document);
  return times.length === document.events.size && Date.parse(state.last_checked_at) > Math.max(...times);
};

/** What the stored nights say about the documents. */
export interface SortedDocuments {
  /** To request, by date. */
  readonly announced: readonly { readonly date: Day; readonly document: AnnouncedDocument }[];
  /** Nothing is to be done: the night is newer than the event, or a deleted document is in no night. */
  readonly settled: readonly AnnouncedDocument[];
  /** Only Oura knows their days. */
  readonly unknown: readonly AnnouncedDocument[];
}

/** Finds the dates of documents without a request to Oura. */
export const sortDocuments = (
  documents: readonly AnnouncedDocument[],
  datesOf: DatesOfDocuments,
  states: ReadonlyMap<Day, DayEntry>,
): SortedDocuments => {
  const announced: { date: Day; document: AnnouncedDocument }[] = [];
  const settled: AnnouncedDocument[] = [];
  const unknown: AnnouncedDocument[] = [];
  for (const document of documents) {
    const dates = datesOf(document.collection, document.id);
    const due = dates.filter((date) => !isCurrent(document, states.get(date)));
    announced.push(...due.map((date) => ({ date, document })));
    if (dates.length === 0 && !isOnlyDeleted(document)) unknown.push(document);
    else if (due.length === 0) settled.push(document);
  }
  return { announced, settled, unknown };
};

/** Documents to look up in one run. The run that follows takes the rest. A look-up takes a fifth of a second. */
const MOST_LOOK_UPS = 50;
const AT_ONCE = 4;
/** Oura has announced documents that it did not have yet. */
const SECOND_LOOK_MS = 3000;

/** What Oura says about the documents. */
export interface FoundDocuments {
  readonly announced: SortedDocuments['announced'];
  /** Oura does not have them, or denies them. */
  readonly missing: readonly AnnouncedDocument[];
  /** Oura did not answer. */
  readonly failed: readonly AnnouncedDocument[];
  /** There was no room for them. */
  readonly left: readonly AnnouncedDocument[];
}

/** Looks the documents up at Oura, twice if Oura does not have one yet. Rethrows unexpected errors. */
export const lookUpDocuments = async (
  documents: readonly AnnouncedDocument[],
  client: Pick<OuraClient, 'dayOf'>,
  wait: (ms: number) => Promise<void>,
): Promise<FoundDocuments> => {
  const days = new Map<AnnouncedDocument, Day | null | Error>();
  let ending: Error | undefined;
  const lookUp = async (document: AnnouncedDocument): Promise<void> => {
    const day = ending ?? (await client.dayOf(document.collection, document.id).catch(expected));
    if (day instanceof Error && consequencesOf(day).endsBatch) ending = day;
    days.set(document, day);
  };
  const round = async (these: readonly AnnouncedDocument[]) => pMap(these, lookUp, { concurrency: AT_ONCE });
  const asked = documents.slice(0, MOST_LOOK_UPS);
  await round(asked);
  const missing = () => asked.filter((document) => days.get(document) === null);
  const again = missing().filter((document) => !hasDelete(document));
  if (again.length > 0) {
    await wait(SECOND_LOOK_MS);
    await round(again);
  }
  return {
    announced: [...days].flatMap(([document, date]) =>
      typeof date === 'string' ? [{ date, document }] : [],
    ),
    missing: missing(),
    failed: asked.filter((document) => days.get(document) instanceof Error),
    left: documents.slice(MOST_LOOK_UPS),
  };
};

/** The failure of a request as a value; null for a denial, such as that of a scope, which ends only this look-up. */
const expected = (error: unknown): Error | null => {
  if (isDenial(error)) return null;
  if (error instanceof AppError) return error;
  throw error;
};
