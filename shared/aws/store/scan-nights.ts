import { type DynamoDBDocumentClient, paginateScan, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Schema } from 'yup';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Day, DayRange } from '../../core/day.ts';
import { AppError, type Consequences, PERMANENT } from '../../core/errors.ts';
import { isOutdated, toPresentRules } from '../../core/night/stored-night.ts';
import { isSurelyValid } from '../../core/quick-validation.ts';
import { type SleepRecord, sleepRecordSchema } from '../../core/sleep-record.ts';
import { batchGet } from './batch-get.ts';

/** An item of OuraSleepTable does not have the form that this code writes. */
export class SleepRecordInvalid extends AppError {
  override readonly name = 'SleepRecordInvalid';
  override readonly consequences: Consequences = PERMANENT;
}

/** A stored night without its periods and curves, which are most of its size. */
export type SleepSummary = Omit<SleepRecord, 'periods' | 'series'>;

/** The bedtimes of a stored night. */
type Bedtimes = Pick<SleepRecord, 'bedtime_start' | 'bedtime_end'>;

/** A date with a stored night, and a text that changes with everything that its insights depend on. */
interface NightVersion {
  readonly date: Day;
  readonly version: string;
}

/** The scans of OuraSleepTable. Each throws {@link SleepRecordInvalid}, and returns its nights in any order. */
export interface NightScans {
  /** The dates that have a stored night. */
  dates(): AsyncGenerator<Day>;
  /** Every stored night of the range (default: all). */
  scan(range?: DayRange): AsyncGenerator<SleepRecord>;
  /** Like `scan` but without periods and curves: ten years have megabytes of them. */
  scanSummaries(range?: DayRange): AsyncGenerator<SleepSummary>;
  /** The versions of every stored night: a sixth of the time of a scan. */
  versions(): AsyncGenerator<NightVersion>;
  /** The bedtimes of every stored night, as they are stored. */
  bedtimes(): AsyncGenerator<Bedtimes>;
  /** The nights that were stored in an earlier form or computed by earlier rules. */
  outdated(): AsyncGenerator<Day>;
}

type Item = Readonly<Record<string, unknown>>;
const dateOf = ({ date }: Item): Day => date as Day;

const SUMMARY = sleepRecordSchema.omit(['periods', 'series']);
const SUMMARY_FIELDS = Object.keys(SUMMARY.fields);
const BEDTIMES = sleepRecordSchema.pick(['date', 'bedtime_start', 'bedtime_end']);

/**
 * The hash covers metrics and periods, the revision the earlier values. The phases of a night can arrive without a revision.
 * A night has few parts; the phases of a nap count for nothing.
 */
const VERSION_FIELDS = [
  ...['date', 'content_hash', 'revision'],
  ...[0, 1, 2, 3].map((part) => `series[${part}].sleep_phase_5_min`),
];

/** With placeholders, because `date` is a reserved word of DynamoDB. @param fields names, or paths such as `series[0].id` */
const projectionOf = (fields: readonly string[]): Partial<ScanCommandInput> => {
  const names = fields.flatMap((field) => field.split('.').map((step) => step.replace(/\[.*/, '')));
  return {
    ...(fields.length > 0 && {
      ProjectionExpression: fields.map((field) => `#${field.replace('.', '.#')}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    }),
  };
};

const isIn =
  ({ from, to }: DayRange) =>
  (item: Item): boolean =>
    !(from && dateOf(item) < from) && !(to && dateOf(item) > to);

/** Strict: a value that needs a cast is invalid. */
const checked = <Night>(schema: Schema<Night>, night: unknown, date: Day): Night => {
  if (isSurelyValid(schema, night) || schema.isValidSync(night, { strict: true })) return night as Night;
  throw new SleepRecordInvalid(`The stored night of ${date} is invalid`);
};

export const createNightScans = (dynamodb: DynamoDBDocumentClient, tableName: string): NightScans => {
  /** The items with their `fields`, or all of them. */
  async function* pages(fields: readonly string[] = []): AsyncGenerator<Item[]> {
    const request = { TableName: tableName, ConsistentRead: true, ...projectionOf(fields) };
    for await (const page of paginateScan({ client: dynamodb }, request)) yield page.Items ?? [];
  }

  const get = async (items: readonly Item[]): Promise<Map<Day, Item>> => {
    const keys = items.map((item) => ({ date: dateOf(item) }));
    const found = await batchGet(dynamodb, tableName, keys);
    return new Map(found.map((item) => [dateOf(item), item]));
  };

  return {
    async *dates() {
      for await (const page of pages(['date'])) for (const item of page) yield dateOf(item);
    },

    async *scan(range = {}) {
      for await (const page of pages()) {
        for (const item of page.filter(isIn(range)))
          yield checked(sleepRecordSchema, toPresentRules(item), dateOf(item));
      }
    },

    async *scanSummaries(range = {}) {
      for await (const page of pages(SUMMARY_FIELDS)) {
        const items = page.filter(isIn(range));
        // The present rules need the periods, which the projection leaves out.
        const whole = await get(items.filter(isOutdated));
        for (const item of items)
          yield checked(SUMMARY, toPresentRules(whole.get(dateOf(item)) ?? item), dateOf(item));
      }
    },

    async *versions() {
      for await (const page of pages(VERSION_FIELDS))
        for (const item of page) yield { date: dateOf(item), version: canonicalJson(item) };
    },

    async *bedtimes() {
      for await (const page of pages(Object.keys(BEDTIMES.fields)))
        for (const item of page) yield checked(BEDTIMES, item, dateOf(item));
    },

    async *outdated() {
      for await (const page of pages(['date', 'rules_version']))
        for (const item of page) if (isOutdated(item)) yield dateOf(item);
    },
  };
};
