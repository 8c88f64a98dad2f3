import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Schema } from 'yup';
import { canonicalJson } from '../../core/canonical-json.ts';
import { CAUSES } from '../../core/causes.ts';
import { iso } from '../../core/clock.ts';
import type { Day, DayRange } from '../../core/day.ts';
import { AppError, type Consequences, PERMANENT } from '../../core/errors.ts';
import { METRIC_NAMES } from '../../core/metrics.ts';
import { contentHash } from '../../core/night/content-hash.ts';
import { type Night, type Revision, type SleepRecord, sleepRecordSchema } from '../../core/sleep-record.ts';
import { batchGet } from './batch-get.ts';
import { conditionalWrite, updateItem } from './conditional-write.ts';

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

/** An item of OuraSleepTable does not have the form that this code writes. */
export class SleepRecordInvalid extends AppError {
  override readonly name = 'SleepRecordInvalid';
  override readonly consequences: Consequences = PERMANENT;
}

/** A stored night without its periods, which are half of its size. */
export type SleepSummary = Omit<SleepRecord, 'periods'>;

/** The fields of a summary, with a placeholder for each name, because `date` is a reserved word of DynamoDB. */
const SUMMARY = sleepRecordSchema.omit(['periods']);
const SUMMARY_NAMES = Object.fromEntries(Object.keys(SUMMARY.fields).map((field) => [`#${field}`, field]));

interface PutOptions {
  /** Epoch ms of the request: an older response never replaces a newer one. */
  readonly askedAt: number;
  /** Whether no further re-read is scheduled. */
  readonly settled: boolean;
  /** The stored night if the caller has just read it, which saves a read. */
  readonly known?: SleepRecord | undefined;
}

/** OuraSleepTable: one item per night, key `date`. */
export interface SleepTable {
  /** The stored nights among `dates`, strongly consistent. */
  get(dates: readonly Day[]): Promise<Map<Day, SleepRecord>>;
  /** The dates among `dates` that have a stored night. */
  stored(dates: readonly Day[]): Promise<Set<Day>>;
  /** Stores a night unless the same content or a newer response is already stored. */
  put(night: Night, options: PutOptions): Promise<PutResult>;
  /** The dates that have a stored night, in any order. */
  dates(): AsyncGenerator<Day>;
  /** Every stored night of the range (default: all), in any order. Throws {@link SleepRecordInvalid}. */
  scan(range?: DayRange): AsyncGenerator<SleepRecord>;
  /** Like `scan` but without periods, in three quarters of the time: ten years have megabytes of periods. */
  scanSummaries(range?: DayRange): AsyncGenerator<SleepSummary>;
}

const MOST_TRIES = 5;

/** The fields that a revision can change; the other fields are bookkeeping. */
const CONTENT = [...METRIC_NAMES, 'periods'] as const;

const firstRecord = (night: Night, at: string, settled: boolean): SleepRecord => ({
  ...night,
  periods: [...night.periods],
  settled,
  revision: 1,
  content_hash: contentHash(night),
  first_synced_at: at,
  updated_at: at,
  history: [],
});

const revised = (old: SleepRecord, night: Night, at: string, settled: boolean): SleepRecord => {
  // DynamoDB returns the fields of a map in any order, so the order is ignored here and in the hash.
  const changed = CONTENT.filter((field) => canonicalJson(old[field]) !== canonicalJson(night[field]));
  const replaced: Revision = {
    revision: old.revision,
    stored_at: old.updated_at,
    replaced_at: at,
    changed: Object.fromEntries(changed.map((field) => [field, old[field]])),
  };
  return {
    ...firstRecord(night, at, settled),
    revision: old.revision + 1,
    first_synced_at: old.first_synced_at,
    history: [...old.history, replaced],
  };
};

export const createSleepTable = (dynamodb: DynamoDBDocumentClient, tableName: string): SleepTable => {
  const read = async (date: Day): Promise<SleepRecord | undefined> =>
    (await dynamodb.send(new GetCommand({ TableName: tableName, Key: { date }, ConsistentRead: true })))
      .Item as SleepRecord | undefined;

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

  const markSettled = async (date: Day, hash: string): Promise<void> => {
    // If another worker has revised the night in the meantime, its value of `settled` is the newer one.
    await updateItem(
      dynamodb,
      tableName,
      { date },
      {
        expression: 'SET settled = :true',
        condition: 'content_hash = :hash',
        values: { ':true': true, ':hash': hash },
      },
    );
  };

  async function* scanned<Item>(
    { from, to }: DayRange = {},
    schema: Schema<Item>,
    projection: Pick<ScanCommandInput, 'ProjectionExpression' | 'ExpressionAttributeNames'>,
  ): AsyncGenerator<Item> {
    const request = { TableName: tableName, ConsistentRead: true, ...projection };
    for await (const page of paginateScan({ client: dynamodb }, request)) {
      for (const item of page.Items ?? []) {
        if ((from && item['date'] < from) || (to && item['date'] > to)) continue;
        // Strict: a value that needs a cast is invalid.
        if (!schema.isValidSync(item, { strict: true })) {
          throw new SleepRecordInvalid(`The stored night of ${String(item['date'])} is invalid`);
        }
        // An async generator awaits the values it yields, but a stored item is never a promise.
        yield item as Awaited<Item>;
      }
    }
  }

  return {
    get: async (dates) => {
      const items = await batchGet(
        dynamodb,
        tableName,
        dates.map((date) => ({ date })),
      );
      return new Map(items.map((item) => [item['date'] as Day, item as SleepRecord]));
    },

    stored: async (dates) => {
      const items = await batchGet(
        dynamodb,
        tableName,
        dates.map((date) => ({ date })),
        ['date'],
      );
      return new Set(items.map((item) => item['date'] as Day));
    },

    put: async (night, { askedAt, settled, known }) => {
      const hash = contentHash(night);
      const at = iso(askedAt);
      let old = known;
      for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
        if (old && old.content_hash === hash) {
          if (settled && !old.settled) await markSettled(night.date, hash);
          return 'unchanged';
        }
        if (old && old.updated_at >= at) return 'older';
        const record = old ? revised(old, night, at, settled) : firstRecord(night, at, settled);
        if (await replace(record, old)) return 'stored';
        old = await read(night.date);
      }
      throw new NightContended(night.date);
    },

    async *dates() {
      const request = {
        TableName: tableName,
        ConsistentRead: true,
        ProjectionExpression: '#date',
        ExpressionAttributeNames: { '#date': 'date' },
      };
      for await (const page of paginateScan({ client: dynamodb }, request)) {
        for (const item of page.Items ?? []) yield item['date'] as Day;
      }
    },

    scan: (range) => scanned(range, sleepRecordSchema, {}),

    scanSummaries: (range) =>
      scanned(range, SUMMARY, {
        ProjectionExpression: Object.keys(SUMMARY_NAMES).join(', '),
        ExpressionAttributeNames: SUMMARY_NAMES,
      }),
  };
};
