import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { addDays, type Day, daysBetween, daysFrom } from '../../../shared/core/day.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { TODAY } from '../../reliability/support/pipeline.ts';

const BATCH = 25;

const writeAll = async (
  dynamodb: DynamoDBDocumentClient,
  table: string,
  items: readonly Record<string, unknown>[],
): Promise<void> => {
  for (let start = 0; start < items.length; start += BATCH) {
    const requests = items.slice(start, start + BATCH).map((Item) => ({ PutRequest: { Item } }));
    await dynamodb.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
  }
};

const DATES = new Set(['day', 'bedtime_start', 'bedtime_end', 'timestamp']);

/** The night with all of its dates moved to that of another one. */
const movedTo = (night: SleepRecord, date: Day): SleepRecord => {
  const days = daysBetween(night.date, date);
  const move = (key: string, value: unknown): unknown =>
    DATES.has(key) && typeof value === 'string'
      ? `${addDays(value.slice(0, 10), days)}${value.slice(10)}`
      : value;
  return { ...(JSON.parse(JSON.stringify(night), move) as SleepRecord), date };
};

/** Repeats the stored nights over the earlier years, so number and size of the items are realistic. */
export const storeTenYears = async (
  dynamodb: DynamoDBDocumentClient,
  nights: readonly SleepRecord[],
): Promise<readonly Day[]> => {
  const stored = new Set(nights.map(({ date }) => date));
  const dates = daysFrom(addDays(TODAY, -3652), TODAY).filter((date) => !stored.has(date));
  await writeAll(
    dynamodb,
    LOGICAL_ID.ouraSleepTable,
    dates.flatMap((date, index) => {
      const night = nights[index % nights.length];
      return night ? [{ ...movedTo(night, date), settled: true }] : [];
    }),
  );
  await writeAll(
    dynamodb,
    LOGICAL_ID.ouraSyncTable,
    dates.map((date) => ({
      pk: `day#${date}`,
      state: 'stored',
      reason: null,
      evidence: null,
      settled: true,
      attempts: 1,
      last_error: null,
      run_id: 'ten-years',
      last_checked_at: '2026-03-10T19:00:00.000Z',
      next_check_on: null,
      reason_since: null,
    })),
  );
  return dates;
};
