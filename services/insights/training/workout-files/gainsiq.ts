import { ValidationError } from 'yup';
import { readWorkoutSet } from '../../../../shared/core/read-workout-set.ts';
import type { WorkoutSet } from '../../../../shared/core/workout-set.ts';
import type { Refused } from './app-sets.ts';
import { invalidField, invalidValues } from './invalid-field.ts';
import type { WorkoutFile } from './workout-file.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Unwraps `{"S": "text"}` and `{"N": "7"}`, DynamoDB's notation of values. Null is undefined. */
const plainValue = (value: unknown): unknown => {
  if (!isRecord(value)) return value ?? undefined;
  return value['S'] ?? value['N'];
};

/** Unwraps an item in plain or DynamoDB's notation, optionally under `Item`. */
const plainItem = (item: unknown): unknown => {
  if (!isRecord(item)) return item;
  const inner = isRecord(item['Item']) ? item['Item'] : item;
  return Object.fromEntries(Object.entries(inner).map(([name, value]) => [name, plainValue(value)]));
};

/** Recognizes an item of GainsIQ's table by its key and its exercise. */
const isLikeSet = (item: unknown): boolean => {
  const plain = plainItem(item);
  return isRecord(plain) && 'workoutId' in plain && 'exercise' in plain;
};

/**
 * Extracts the items of a file: an array, `{"Items": [...]}` as printed by `aws dynamodb scan`, or one item per line as in
 * DynamoDB's export to S3. `undefined` if no item looks like a set, so the file is something else.
 */
export const gainsiqItems = (text: string): readonly unknown[] | undefined => {
  const items = itemsIn(text);
  return items && (items.length === 0 || items.some(isLikeSet)) ? items : undefined;
};

const itemsIn = (text: string): readonly unknown[] | undefined => {
  const whole = parsed(text);
  if (Array.isArray(whole)) return whole;
  if (isRecord(whole) && Array.isArray(whole['Items'])) return whole['Items'];
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.length > 0 && isRecord(parsed(lines[0] ?? '')) ? lines.map(parsed) : undefined;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The caller reports the file, or this line, as invalid.
    return undefined;
  }
};

const REPEATED = 'items with the key of a later one';

/**
 * Validates GainsIQ's items as sets. Keys and pounds stay unchanged. Of two items with the same key, the last one counts.
 * @param latest sets logged after this instant (epoch ms) are rejected
 */
export const gainsiqSets = (
  items: readonly unknown[],
  latest: number,
): Pick<WorkoutFile, 'sets' | 'refused' | 'leftOut'> => {
  const sets: WorkoutSet[] = [];
  const refused: Refused[] = [];
  const leftOut: Record<string, number> = {};
  const leaveOut = (what: string, count: number): void => {
    if (count > 0) leftOut[what] = (leftOut[what] ?? 0) + count;
  };
  for (const [index, item] of items.entries()) {
    const place = `item ${index + 1}`;
    try {
      const { set, without } = readWorkoutSet(plainItem(item));
      if (set.timestamp * 1000 > latest) refused.push({ place, reason: 'timestamp is in the future' });
      else sets.push(set);
      for (const name of without) leaveOut(invalidValues(name), 1);
    } catch (error: unknown) {
      if (!(error instanceof ValidationError)) throw error;
      refused.push({ place, reason: invalidField(error) });
    }
  }
  const byKey = new Map(sets.map((set) => [`${set.timestamp}/${set.workoutId}`, set]));
  leaveOut(REPEATED, sets.length - byKey.size);
  return { sets: [...byKey.values()], refused, leftOut };
};
