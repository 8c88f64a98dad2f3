import { type DayRecords, type NightCollection, SCOPE } from '../collections.ts';
import { type Day, daysBetween } from '../day.ts';
import {
  DOCUMENT_METRICS,
  type DocumentCollection,
  type DocumentMetric,
  type Night,
  type SleepRecord,
} from '../sleep-record.ts';
import type { Remark } from './remarks.ts';

/** A daily document or score that Oura lacks when a night is this many days old is not expected any more. */
const INCOMPLETE_DAYS = 3;

export const DOCUMENT_COLLECTIONS = Object.keys(DOCUMENT_METRICS) as DocumentCollection[];

/** What is known about the account when a night is assembled. */
export interface Expectations {
  readonly today: Day;
  /** The scopes of the grant; undefined if they are not known, as for a personal token. */
  readonly scopes: readonly string[] | undefined;
  /** The first day with a record of each collection; a collection that never had a record is absent. */
  readonly firstRecords: ReadonlyMap<NightCollection, Day>;
}

/** Oura's response for one day. */
export interface DayAnswer {
  readonly records: DayRecords;
  /** The collections that failed or were denied. Their lists are empty. */
  readonly failed: ReadonlySet<NightCollection>;
}

/** Whether the stored night has a value of the collection's document. Periods have a temperature deviation, too. */
const isIn = (known: SleepRecord, collection: DocumentCollection): boolean =>
  DOCUMENT_METRICS[collection].some((metric) => metric !== 'temperature_delta' && known[metric] !== null);

const isOld = (date: Day, { today }: Expectations): boolean => daysBetween(date, today) >= INCOMPLETE_DAYS;

/** Whether the account has had nights for a while, but never a record of the collection: its ring measures none. */
const isNeverHeld = (collection: DocumentCollection, expected: Expectations): boolean => {
  const firstNight = expected.firstRecords.get('sleep');
  return !expected.firstRecords.has(collection) && firstNight !== undefined && isOld(firstNight, expected);
};

/** The scores, which Oura may send later than the rest of their document. */
const SCORES: Readonly<Partial<Record<DocumentCollection, DocumentMetric>>> = {
  daily_sleep: 'sleep_score',
  daily_readiness: 'readiness_score',
};

/** Whether the response has no document of the collection yet, or one without its score. */
const isAwaited = (collection: DocumentCollection, night: Night, { records }: DayAnswer): boolean => {
  const score = SCORES[collection];
  return records[collection].length === 0 || (score !== undefined && night[score] === null);
};

/** Whether the night still lacks the collection and may get it. */
const isLacking = (
  collection: DocumentCollection,
  night: Night,
  answer: DayAnswer,
  known: SleepRecord | undefined,
  expected: Expectations,
): boolean => {
  if (expected.scopes?.includes(SCOPE[collection]) === false) return false;
  if (answer.failed.has(collection)) return known === undefined || !isIn(known, collection);
  return (
    isAwaited(collection, night, answer) && !isOld(night.date, expected) && !isNeverHeld(collection, expected)
  );
};

/** The stored values of the collections that failed. A value that failed to come again is not null. */
const storedValues = (
  known: SleepRecord,
  failed: DayAnswer['failed'],
): Partial<Pick<Night, DocumentMetric>> =>
  Object.fromEntries(
    DOCUMENT_COLLECTIONS.filter((collection) => failed.has(collection))
      .flatMap((collection): readonly DocumentMetric[] => DOCUMENT_METRICS[collection])
      .flatMap((metric) => (known[metric] === null ? [] : [[metric, known[metric]]])),
  );

/** The ids of the documents: the stored ones of the collections that failed, and those of the response. */
const documentIdsOf = (
  night: Night,
  known: SleepRecord,
  failed: DayAnswer['failed'],
): Pick<Night, 'document_ids'> => {
  const stored = Object.entries(known.document_ids ?? {}).filter(([name]) =>
    failed.has(name as DocumentCollection),
  );
  const document_ids = { ...Object.fromEntries(stored), ...night.document_ids };
  return Object.keys(document_ids).length > 0 ? { document_ids } : {};
};

/** The stored remarks about the documents of the collections that failed. */
const storedRemarks = (known: SleepRecord, failed: DayAnswer['failed']): readonly Remark[] =>
  known.remarks.filter(({ field = '' }) =>
    DOCUMENT_COLLECTIONS.some((collection) => failed.has(collection) && field.startsWith(`${collection}.`)),
  );

/**
 * Completes a night with what the stored one (`known`) has of the collections that failed, and lists the collections that it
 * still lacks in `incomplete`. So that asking ends, these are not listed: a collection whose scope the grant lacks, one that
 * never held a record for this account, and one that is empty or has no score when the night is {@link INCOMPLETE_DAYS} old. A night
 * that vanished can only lack what it lacked before.
 */
export const completeNight = (
  night: Night,
  answer: DayAnswer,
  known: SleepRecord | undefined,
  expected: Expectations,
): Night => {
  const hasVanished = night.vanished_since !== null;
  const incomplete = DOCUMENT_COLLECTIONS.filter(
    (collection) =>
      isLacking(collection, night, answer, known, expected) &&
      (!hasVanished || known?.incomplete.includes(collection)),
  ).sort();
  if (known === undefined) return { ...night, incomplete };
  const before = storedRemarks(known, answer.failed).filter((remark) => !night.remarks.includes(remark));
  return {
    ...night,
    ...storedValues(known, answer.failed),
    ...documentIdsOf(night, known, answer.failed),
    remarks: [...night.remarks, ...before],
    incomplete,
  };
};
