import { ValidationError } from 'yup';
import { type WorkoutSet, workoutSetSchema } from '../../../../shared/core/workout-set.ts';
import type { ReadSets } from './app-sets.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{"S": "text"}` and `{"N": "7"}`, as DynamoDB's own tools write values. */
const plainValue = (value: unknown): unknown => {
  if (!isRecord(value)) return value;
  return value['S'] ?? value['N'];
};

/** An item however it was written: plain, in DynamoDB's notation, and either under `Item`. */
const plainItem = (item: unknown): unknown => {
  if (!isRecord(item)) return item;
  const inner = isRecord(item['Item']) ? item['Item'] : item;
  return Object.fromEntries(Object.entries(inner).map(([name, value]) => [name, plainValue(value)]));
};

/** What tells an item of GainsIQ's table from any other JSON: one of its keys, and what was trained. */
const isLikeSet = (item: unknown): boolean => {
  const plain = plainItem(item);
  return isRecord(plain) && 'workoutId' in plain && 'exercise' in plain;
};

/**
 * The items of a file: an array, `{"Items": [...]}` as `aws dynamodb scan` prints it, or one item a line as DynamoDB exports it to
 * S3. Undefined where none of them is like a set: the file is something else.
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
    // No JSON: the caller says so of the file, or of this one line.
    return undefined;
  }
};

/**
 * The sets among GainsIQ's items, as they are: same keys, pounds.
 * @param latest the instant (epoch ms) after which a set cannot have been logged
 */
export const gainsiqSets = (items: readonly unknown[], latest: number): ReadSets => {
  const sets: WorkoutSet[] = [];
  const refused: { place: string; reason: string }[] = [];
  for (const [index, item] of items.entries()) {
    const place = `item ${index + 1}`;
    try {
      const set = workoutSetSchema.validateSync(plainItem(item), { stripUnknown: true });
      if (set.timestamp * 1000 > latest) refused.push({ place, reason: 'its timestamp lies in the future' });
      else sets.push(set);
    } catch (error: unknown) {
      if (!(error instanceof ValidationError)) throw error;
      refused.push({ place, reason: reasonOf(error) });
    }
  }
  return { sets, refused, leftOut: {} };
};

/** yup repeats the value and its type at length; its first clause is enough. */
const reasonOf = ({ path, type }: ValidationError): string => {
  if (!path) return 'it is no item';
  return type === 'required' || type === 'optionality'
    ? `it has no ${path}`
    : `its ${path} is not of the right kind`;
};
