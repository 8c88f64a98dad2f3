import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { addDays, type Day, daysFrom } from '../../../shared/core/day.ts';
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

/** Repeats the stored nights over the earlier years, so number and size of the items are realistic. */
export const storeTenYears = async (
  dynamodb: DynamoDBDocumentClient,
  nights: readonly SleepRecord[],
): Promise<readonly Day[]> => {
  const stored = new Set(nights.map(({ date }) => date));
  const dates = daysFrom(addDays(TODAY, -3652), TODAY).filter((date) => !stored.has(date));
  const of = (index: number) => nights[index % nights.length];
  await writeAll(
    dynamodb,
    LOGICAL_ID.ouraSleepTable,
    dates.map((date, index) => ({ ...of(index), date, settled: true })),
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
