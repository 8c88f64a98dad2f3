import type { AttributeValue } from './attribute-values.ts';
import { encodeNumber } from './numbers.ts';

/** The types of key attributes. */
export type KeyType = 'S' | 'N' | 'B';

/** Encodes a key attribute so that the order of the bytes is the order of DynamoDB. */
export const encodeKey = (value: AttributeValue): Buffer => {
  if ('S' in value) return Buffer.from(value.S);
  if ('N' in value) return encodeNumber(value.N);
  if ('B' in value) return Buffer.from(value.B, 'base64');
  throw new Error('A key attribute is a string, a number or binary');
};

/** The first key after all keys that begin with `prefix`, `undefined` if there is none. */
export const afterPrefix = (prefix: Buffer): Buffer | undefined => {
  for (let length = prefix.length; length > 0; length--) {
    const last = prefix[length - 1] ?? 0;
    if (last === 0xff) continue;
    const next = Buffer.from(prefix.subarray(0, length));
    next[length - 1] = last + 1;
    return next;
  }
  return undefined;
};
