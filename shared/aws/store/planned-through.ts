import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLatestDay, type LatestDay } from './latest-day.ts';

/** `plan#through` in OuraSyncTable: up to which day the runs by the look-back have asked; nothing before the first such run. */
export type PlannedThrough = LatestDay;

export const createPlannedThrough = (dynamodb: DynamoDBDocumentClient, tableName: string): PlannedThrough =>
  createLatestDay(dynamodb, tableName, 'plan#through');
