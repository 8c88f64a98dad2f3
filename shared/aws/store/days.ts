import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findCause } from '../../core/causes.ts';
import { AHEAD_MS, iso } from '../../core/clock.ts';
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
   * stored night stays `stored`, and a date for which `run_id` itself found no data stays `no_data`. Another invalid record
   * ends an acceptance.
   */
  failed(
    date: Day,
    entry: Checked & { state: 'failed' | 'parked'; error: Pick<LastError, 'name' | 'message'> },
  ): Promise<void>;
  /** Records that a person has accepted the failure of the date. A stored night stays `stored`. */
  accepted(date: Day, entry: Checked & { accepted: LastError }): Promise<void>;
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
  accepted: (item['accepted'] as LastError | undefined) ?? null,
  run_id: item['run_id'] as string,
  last_checked_at: item['last_checked_at'] as string,
  next_check_on: (item['next_check_on'] as Day | null) ?? null,
  reason_since: (item['reason_since'] as string | null) ?? null,
  incomplete: (item['incomplete'] as NightCollection[] | undefined) ?? [],
  vanished_since: (item['vanished_since'] as string | null) ?? null,
});

export const createDays = (dynamodb: DynamoDBDocumentClient, tableName: string): Days => {
  /**
   * Sets `fields` if `condition` holds, and returns whether it did. It may use `:at`, `:is_stored`, `:is_no_data` and
   * `:is_accepted`. An acceptance ends unless `keepsAccepted`.
   */
  const set = async (
    date: Day,
    at: number,
    fields: Record<string, unknown>,
    condition: string,
    keepsAccepted = false,
  ): Promise<boolean> => {
    const names = Object.keys(fields);
    const values = names.map((name) => [`:${name}`, fields[name]]);
    const updated = await updateItem(
      dynamodb,
      tableName,
      { pk: DAY + date },
      {
        expression:
          `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}` +
          (keepsAccepted ? '' : ' REMOVE #accepted'),
        condition,
        values: {
          ...Object.fromEntries(values),
          ...{
            ':at': iso(at),
            ':ahead': iso(at + AHEAD_MS),
            ':is_stored': 'stored',
            ':is_no_data': 'no_data',
            ':is_accepted': 'accepted',
          },
        },
      },
    );
    return updated !== undefined;
  };

  const NOT_NEWER = '(attribute_not_exists(#last_checked_at) OR #last_checked_at <= :at)';
  /** For a response. A failure may be recorded days later, so a newer entry does not show that a clock was ahead. */
  const NOT_NEWER_OR_AHEAD =
    '(attribute_not_exists(#last_checked_at) OR #last_checked_at <= :at OR #last_checked_at > :ahead)';

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
        `${NOT_NEWER_OR_AHEAD} OR #state <> :is_stored`,
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
        `(attribute_not_exists(#state) OR #state <> :is_stored) AND (${NOT_NEWER_OR_AHEAD} OR (#state <> :is_no_data AND #run_id = :run_id))`,
      );
    },

    notOver: async (date, entry) => {
      const nothing = { reason: null, evidence: null, settled: false, last_error: null, reason_since: null };
      await set(
        date,
        entry.at,
        { state: 'not_over', ...checked(entry), ...nothing },
        `(attribute_not_exists(#state) OR #state <> :is_stored) AND ${NOT_NEWER_OR_AHEAD}`,
      );
    },

    failed: async (date, entry) => {
      const error = { ...entry.error, at: iso(entry.at) };
      const keepsAccepted = !findCause(error.name)?.isAcceptable;
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
        `(attribute_not_exists(#state) OR (#state <> :is_stored AND (NOT #state IN (:is_no_data, :is_accepted) OR #run_id <> :run_id))) AND ${NOT_NEWER}`,
        keepsAccepted,
      );
      // A stored night stays stored, because only its re-read failed.
      if (!marked) {
        const failure = { last_error: error, attempts: entry.attempts };
        await set(date, entry.at, failure, `#state = :is_stored AND ${NOT_NEWER}`, keepsAccepted);
      }
    },

    accepted: async (date, entry) => {
      const { accepted } = entry;
      const fields = { ...checked(entry), settled: false, last_error: null, accepted };
      const without = {
        state: 'accepted',
        reason: accepted.name,
        evidence: accepted.message,
        reason_since: null,
      };
      const marked = await set(
        date,
        entry.at,
        { ...fields, ...without },
        `(attribute_not_exists(#state) OR #state <> :is_stored) AND ${NOT_NEWER}`,
        true,
      );
      if (!marked) await set(date, entry.at, fields, `#state = :is_stored AND ${NOT_NEWER}`, true);
    },
  };
};
