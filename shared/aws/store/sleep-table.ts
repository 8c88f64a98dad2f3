import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { canonicalJson } from '../../core/canonical-json.ts';
import { CAUSES } from '../../core/causes.ts';
import { AHEAD_MS, iso } from '../../core/clock.ts';
import type { NightCollection } from '../../core/collections.ts';
import type { Day } from '../../core/day.ts';
import { AppError, type Consequences } from '../../core/errors.ts';
import type { NightFacts } from '../../core/ledger.ts';
import { RULES_VERSION } from '../../core/night/assemble-night.ts';
import { contentHash } from '../../core/night/content-hash.ts';
import { isOutdated, revisedFields, toPresentRules } from '../../core/night/stored-night.ts';
import {
  DOCUMENT_METRICS,
  type DocumentCollection,
  type Night,
  type Revision,
  type SleepRecord,
} from '../../core/sleep-record.ts';
import { batchGet, type Reading } from './batch-get.ts';
import { conditionalWrite } from './conditional-write.ts';
import { createNightScans, type NightScans } from './scan-nights.ts';

/** Returns the dates of a document; none if no night comes from it. */
export type DatesOfDocuments = (collection: NightCollection, id: string) => readonly Day[];

/** The result of a write: `stored` a new night or revision, `unchanged`, or rejected as `older` than the stored one. */
type PutResult = 'stored' | 'unchanged' | 'older';

/** Several writers kept changing the same night. Retryable: SQS delivers the message again later. */
export class NightContended extends AppError {
  override readonly name = 'NightContended';
  override readonly consequences: Consequences = CAUSES.NightContended;
  readonly date: Day;
  constructor(date: Day) {
    super(`The night of ${date} changed while it was being stored`);
    this.date = date;
  }
}

const FACTS = [
  'date',
  'settled',
  'incomplete',
  'vanished_since',
  'updated_at',
] as const satisfies readonly (keyof NightFacts)[];
/** The facts that an item of the first form lacks. */
const EARLIER = { incomplete: [], vanished_since: null };

type ArrivalFields = Pick<SleepRecord, 'announced_at' | 'arrived_at'>;

/** The arrival of a stored night, which no later write changes. */
const arrivalFieldsOf = ({ announced_at, arrived_at }: ArrivalFields): ArrivalFields => ({
  ...(announced_at !== undefined && { announced_at }),
  ...(arrived_at !== undefined && { arrived_at }),
});

interface PutOptions {
  /** Epoch ms of the request: an older response never replaces a newer one. */
  readonly askedAt: number;
  /** Whether no further re-read is scheduled. */
  readonly settled: boolean;
  /** The stored night as the caller knows it, or undefined: it may be outdated, because the write is conditional. */
  readonly known?: SleepRecord | undefined;
  /** How the night arrived, for its first write. @default unknown */
  readonly arrival?: ArrivalFields | undefined;
  /** Assembles the night again, from the stored one that the write met instead of `known`. @default the same night */
  readonly again?: (stored: SleepRecord) => Night;
}

/** OuraSleepTable: one item per night, key `date`. */
export interface SleepTable extends NightScans {
  /** The stored nights among `dates`, strongly consistent. */
  get(dates: readonly Day[]): Promise<Map<Day, SleepRecord>>;
  /** The facts of the stored nights among `dates`. */
  facts(dates: readonly Day[], reading?: Reading): Promise<Map<Day, NightFacts>>;
  /**
   * The dates whose stored nights come from each document: a period or a daily document. Only nights among `dates`. Eventually
   * consistent, because a plan that misses a night requests the document from Oura.
   */
  datesOfDocuments(dates: readonly Day[]): Promise<DatesOfDocuments>;
  /** Stores a night unless the same content or a newer response is already stored. */
  put(night: Night, options: PutOptions): Promise<PutResult>;
  /** The dates among `dates` whose stored night has no value of one of the collections. */
  lacking(dates: readonly Day[], collections: readonly DocumentCollection[]): Promise<Day[]>;
  /**
   * Stores an outdated night again in the present form, by the present rules, from its own periods. That is no revision.
   * Returns whether it did: false if the night is not outdated, or changed at the same time.
   */
  recompute(date: Day): Promise<boolean>;
}

const MOST_TRIES = 5;

/** The fields that a response sets without being a revision. */
const BESIDES = [
  'series',
  'remarks',
  'incomplete',
  'vanished_since',
  'document_ids',
  'rules_version',
  'settled',
] as const;

const firstRecord = (
  night: Night,
  at: string,
  settled: boolean,
  arrival: ArrivalFields = {},
): SleepRecord => ({
  ...night,
  periods: [...night.periods],
  series: [...night.series],
  remarks: [...night.remarks],
  incomplete: [...night.incomplete],
  rules_version: RULES_VERSION,
  settled,
  revision: 1,
  content_hash: contentHash(night),
  first_synced_at: at,
  updated_at: at,
  history: [],
  ...arrivalFieldsOf(arrival),
});

/** The next record of a stored night, and whether Oura has revised it. Undefined if nothing has changed. */
const next = (
  old: SleepRecord,
  night: Night,
  at: string,
  settled: boolean,
): { record: SleepRecord; isRevision: boolean } | undefined => {
  const fresh = { ...firstRecord(night, at, settled, old), first_synced_at: old.first_synced_at };
  const changed = revisedFields(old, night);
  if (changed.length > 0) {
    const replaced: Revision = {
      revision: old.revision,
      stored_at: old.updated_at,
      replaced_at: at,
      changed: Object.fromEntries(changed.map((field) => [field, old[field]])),
    };
    const history = [...old.history, replaced];
    return { record: { ...fresh, revision: old.revision + 1, history }, isRevision: true };
  }
  // A settled night stays settled, because no re-read follows.
  const kept = { settled: settled || old.settled, revision: old.revision, history: old.history };
  const record = { ...fresh, ...kept, updated_at: old.updated_at };
  const isSame =
    record.content_hash === old.content_hash &&
    BESIDES.every((field) => canonicalJson(record[field]) === canonicalJson(old[field]));
  return isSame ? undefined : { record, isRevision: false };
};

export const createSleepTable = (dynamodb: DynamoDBDocumentClient, tableName: string): SleepTable => {
  const read = async (date: Day): Promise<SleepRecord | undefined> => {
    const request = { TableName: tableName, Key: { date }, ConsistentRead: true };
    const { Item } = await dynamodb.send(new GetCommand(request));
    return Item && toPresentRules(Item);
  };

  /** Puts `record` if the item has not changed since `old` was read (or is still absent). Returns false otherwise. */
  const replace = async (record: SleepRecord, old: SleepRecord | undefined): Promise<boolean> => {
    const written = await conditionalWrite(
      dynamodb.send(
        new PutCommand({
          TableName: tableName,
          Item: record,
          ...(old
            ? {
                ConditionExpression: 'content_hash = :hash AND revision = :revision',
                ExpressionAttributeValues: { ':hash': old.content_hash, ':revision': old.revision },
              }
            : {
                ConditionExpression: 'attribute_not_exists(#date)',
                ExpressionAttributeNames: { '#date': 'date' },
              }),
        }),
      ),
    );
    return written !== undefined;
  };

  const get = async (dates: readonly Day[]): Promise<Map<Day, SleepRecord>> => {
    const keys = dates.map((date) => ({ date }));
    const items = await batchGet(dynamodb, tableName, keys);
    return new Map(items.map((item) => [item['date'] as Day, toPresentRules(item)]));
  };

  return {
    ...createNightScans(dynamodb, tableName),

    get,

    facts: async (dates, reading) => {
      const keys = dates.map((date) => ({ date }));
      const items = await batchGet(dynamodb, tableName, keys, { ...reading, attributes: FACTS });
      return new Map(
        items.map((item) => [item['date'] as Day, { ...EARLIER, ...(item as unknown as NightFacts) }]),
      );
    },

    datesOfDocuments: async (dates) => {
      const keys = dates.map((date) => ({ date }));
      const attributes = ['date', 'periods', 'document_ids'];
      const items = await batchGet(dynamodb, tableName, keys, { attributes, consistent: false });
      const found = new Map<string, Day[]>();
      const add = (collection: NightCollection, id: unknown, date: Day): void => {
        const key = canonicalJson([collection, id]);
        found.set(key, [...(found.get(key) ?? []), date]);
      };
      for (const item of items) {
        const { date, periods, document_ids = {} } = item as unknown as SleepRecord;
        for (const { id } of periods) add('sleep', id, date);
        for (const [collection, id] of Object.entries(document_ids))
          add(collection as NightCollection, id, date);
      }
      return (collection, id) => found.get(canonicalJson([collection, id])) ?? [];
    },

    put: async (first, { askedAt, settled, known, arrival, again }) => {
      const at = iso(askedAt);
      let night = first;
      let old = known;
      for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
        const change = old
          ? next(old, night, at, settled)
          : { record: firstRecord(night, at, settled, arrival), isRevision: true };
        if (change === undefined) return 'unchanged';
        const isNewer =
          old !== undefined && old.updated_at >= at && old.updated_at <= iso(askedAt + AHEAD_MS);
        if (change.isRevision && isNewer) return 'older';
        if (await replace(change.record, old)) return change.isRevision ? 'stored' : 'unchanged';
        old = await read(night.date);
        if (old && again) night = again(old);
      }
      throw new NightContended(night.date);
    },

    lacking: async (dates, collections) => {
      const metrics = collections.flatMap((collection): readonly string[] => DOCUMENT_METRICS[collection]);
      const keys = dates.map((date) => ({ date }));
      const items = await batchGet(dynamodb, tableName, keys, { attributes: ['date', ...metrics] });
      const isLacking = (item: Readonly<Record<string, unknown>>): boolean =>
        collections.some((name) => DOCUMENT_METRICS[name].every((metric) => item[metric] == null));
      return items.filter(isLacking).map((item) => item['date'] as Day);
    },

    recompute: async (date) => {
      const old = await read(date);
      if (old === undefined || !isOutdated(old)) return false;
      const night = { ...old, rules_version: RULES_VERSION };
      return replace({ ...night, content_hash: contentHash(night) }, old);
    },
  };
};
