// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import { number, string } from 'yup';

/** The longest partition key of DynamoDB, bytes of UTF-8. */
export const MOST_KEY_BYTES = 2048;

/**
 * The longest other text, bytes of UTF-8. The longest cell of a spreadsheet has 32,767 characters, and ten such texts fit into
 * an item of DynamoDB (400 KB).
 */
export const MOST_TEXT_BYTES = 32_767;

/** The smallest number above 0 that DynamoDB stores. */
const LEAST_ABOVE_ZERO = 1e-130;

/** The largest number of a Parquet column of type INT32. */
export const MOST_INT32 = 2_147_483_647;

/** Above every weight, distance and duration of a set. */
const MOST_AMOUNT = 1_000_000;

/** Whether `text` is certainly not longer than `bytes` in UTF-8, where a UTF-16 unit takes at most three. */
export const surelyFits = (text: string, bytes: number): boolean => text.length * 3 <= bytes;

const fits = (text: string, bytes: number): boolean =>
  surelyFits(text, bytes) || new TextEncoder().encode(text).length <= bytes;

/** The yup schema of a text of at most `bytes` in UTF-8. */
export const storedText = (bytes: number = MOST_TEXT_BYTES) =>
  string().test({
    name: 'bytes',
    params: { bytes },
    message: '${path} must have at most ${bytes} bytes',
    test: (value) => value == null || fits(value, bytes),
  });

/** Whether DynamoDB can store a number that is not negative. */
export const isStorable = (value: number): boolean => value === 0 || value >= LEAST_ABOVE_ZERO;

/** The yup schema of a weight, a distance or a duration: 0 to {@link MOST_AMOUNT}, in the range of DynamoDB. */
export const storedAmount = () =>
  number()
    .min(0)
    .max(MOST_AMOUNT)
    .test('storable', '${path} must be 0 or at least 1e-130', (value) => value == null || isStorable(value));
