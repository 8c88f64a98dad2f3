import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLatestDay, type LatestDay } from './latest-day.ts';

/**
 * `night#newest` in OuraSyncTable: the newest day that has a stored night. Kept in the ledger, so that whoever watches
 * how fresh the nights are need not be allowed to read them.
 */
export type NewestNight = LatestDay;

export const createNewestNight = (dynamodb: DynamoDBDocumentClient, tableName: string): NewestNight =>
  createLatestDay(dynamodb, tableName, 'night#newest');
