import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { iso } from '../../core/clock.ts';
import type { NightCollection } from '../../core/collections.ts';
import type { Day } from '../../core/day.ts';
import type { DayEntry, LastError, NoDataReason } from '../../core/ledger.ts';
import { batchGet, type Reading } from './batch-get.ts';
import { updateItem } from './conditional-write.ts';
import { scanPrefix } from './scan-prefix.ts';

const DAY = 'day#';

/** The fields of every entry: the run, the attempt, and the time (epoch ms). */
interface Checked {
  readonly run_id: string;
  readonly attempts: number;
  /** When the response was requested, or when the failure happened. */
  readonly at: number;
  readonly next_check_on: Day | null;
}

/**
 * `day#<date>` in OuraSyncTable: the state of a date and its reason. An older entry never replaces a newer one. A plainly
 * stored night may have no entry, or one that a late failure left: {@link dayState} derives the state of the date.
 */
export interface Days {
  get(dates: readonly Day[], reading?: Reading): Promise<Map<Day, DayEntry>>;
  /** Every entry, in any order. */
  scan(): AsyncGenerator<DayEntry>;
  /** Records that the date has a stored night, `settled` if no re-read is scheduled. */
  stored(
    date: Day,
    entry: Checked & Pick<DayEntry, 'settled'> & Partial<Pick<DayEntry, 'incomplete' | 'vanished_since'>>,
  ): Promise<void>;
  /** Records why the date has no night. `since`: the first of the consecutive responses with this reason (epoch ms). */
  noData(
    date: Day,
    entry: Checked & { reason: NoDataReason; evidence: string; settled: boolean; since: number },
  ): Promise<void>;
  /** Records that Oura has no night yet and that the date is not over for the sleeper. */
  notOver(date: Day, entry: Checked): Promise<void>;
  /**
   * Records that an attempt failed and that another one follows, or (`parked`) that none follows until a redrive. A
   * stored night stays `stored`, and a date for which `run_id` itself found no data stays `no_data`.
   */
  failed(
    date: Day,
    entry: Checked & { state: 'failed' | 'parked'; error: Pick<LastError, 'name' | 'message'> },
  ): Promise<void>;
}

type DayItem = Record<string, unknown> & { pk: string };

const toEntry = (item: DayItem): DayEntry => ({
  date: item.pk.slice(DAY.length),
  state: item['state'] as DayEntry['state'],
  reason: (item['reason'] as string | null) ?? null,
  evidence: (item['evidence'] as string | null) ?? null,
  settled: item['settled'] === true,
  attempts: (item['attempts'] as number) ?? 0,
  last_error: (item['last_error'] as LastError | null) ?? null,
  run_id: item['run_id'] as string,
  last_checked_at: item['last_checked_at'] as string,
  next_check_on: (item['next_check_on'] as Day | null) ?? null,
  reason_since: (item['reason_since'] as string | null) ?? null,
  incomplete: (item['incomplete'] as NightCollection[] | undefined) ?? [],
  vanished_since: (item['vanished_since'] as string | null) ?? null,
});

export const createDays = (dynamodb: DynamoDBDocumentClient, tableName: string): Days => {
  /** Sets `fields` if `condition` holds, and returns whether it did. It may use `:at`, `:is_stored` and `:is_no_data`. */
  const set = async (
    date: Day,
    at: number,
    fields: Record<string, unknown>,
    condition: string,
  ): Promise<boolean> => {
    const names = Object.keys(fields);
    const values = names.map((name) => [`:${name}`, fields[name]]);
    const updated = await updateItem(
      dynamodb,
      tableName,
      { pk: DAY + date },
      {
        expression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        condition,
        values: {
          ...Object.fromEntries(values),
          ...{ ':at': iso(at), ':is_stored': 'stored', ':is_no_data': 'no_data' },
        },
      },
    );
    return updated !== undefined;
  };

  const NOT_NEWER = '(attribute_not_exists(#last_checked_at) OR #last_checked_at <= :at)';

  const checked = ({ run_id, attempts, at, next_check_on }: Checked) => ({
    run_id,
    attempts,
    last_checked_at: iso(at),
    next_check_on,
  });

  return {
    get: async (dates, reading) => {
      const keys = dates.map((date) => ({ pk: DAY + date }));
      const items = await batchGet(dynamodb, tableName, keys, reading);
      return new Map(items.map((item) => toEntry(item as DayItem)).map((entry) => [entry.date, entry]));
    },

    async *scan() {
      for await (const item of scanPrefix<DayItem>(dynamodb, tableName, DAY)) yield toEntry(item);
    },

    stored: async (date, entry) => {
      const { settled, incomplete = [], vanished_since = null } = entry;
      const cleared = { reason: null, evidence: null, last_error: null, reason_since: null };
      await set(
        date,
        entry.at,
        { state: 'stored', ...checked(entry), ...cleared, settled, incomplete, vanished_since },
        `${NOT_NEWER} OR #state <> :is_stored`,
      );
    },

    noData: async (date, entry) => {
      const { reason, evidence, settled, since } = entry;
      const fields = { state: 'no_data', ...checked(entry), reason, evidence, settled };
      await set(
        date,
        entry.at,
        { ...fields, last_error: null, reason_since: iso(since) },
        // Replaces a newer failure of the same run: another delivery failed, and the run counts the date as settled.
        `(attribute_not_exists(#state) OR #state <> :is_stored) AND (${NOT_NEWER} OR (#state <> :is_no_data AND #run_id = :run_id))`,
      );
    },

    notOver: async (date, entry) => {
      const nothing = { reason: null, evidence: null, settled: false, last_error: null, reason_since: null };
      await set(
        date,
        entry.at,
        { state: 'not_over', ...checked(entry), ...nothing },
        `(attribute_not_exists(#state) OR #state <> :is_stored) AND ${NOT_NEWER}`,
      );
    },

    failed: async (date, entry) => {
      const error = { ...entry.error, at: iso(entry.at) };
      const marked = await set(
        date,
        entry.at,
        {
          state: entry.state,
          ...checked(entry),
          reason: entry.error.name,
          evidence: null,
          settled: false,
          last_error: error,
          reason_since: null,
        },
        // A date that the same run has settled stays settled, because a second delivery failed. No redrive would
        // correct the entry later, because the worker skips a date that its run shows as settled.
        `(attribute_not_exists(#state) OR (#state <> :is_stored AND (#state <> :is_no_data OR #run_id <> :run_id))) AND ${NOT_NEWER}`,
      );
      // A stored night stays stored, because only its re-read failed.
      if (!marked) {
        const failure = { last_error: error, attempts: entry.attempts };
        await set(date, entry.at, failure, `#state = :is_stored AND ${NOT_NEWER}`);
      }
    },
  };
};
