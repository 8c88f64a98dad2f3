import { WorkoutFileUnusable } from './workout-file-unusable.ts';

/** A decoded file. */
interface FileText {
  readonly text: string;
  /** The name of an encoding that the file does not state, so the user can check it; undefined for UTF-8 and after a byte order mark. */
  readonly guessed: string | undefined;
}

/** How a zip archive begins. A workbook of Excel is one. */
const ZIP = 'PK\x03\x04';

const SAVE_AS_UTF8 = 'save it as UTF-8';

const decode = (bytes: Uint8Array, encoding: string): string | undefined => {
  try {
    // Removes a byte order mark.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Binary files contain many NULs. A text has one by accident. */
const isText = (text: string): boolean => text.split('\0').length - 1 <= text.length / 100;

/** At least so many of the bytes of UTF-16 are NUL, as the separators, digits and line ends of a table are Latin. */
const NULS_OF_UTF16 = 0.1;

/** UTF-16 without a byte order mark: Latin letters, digits and separators have a NUL in the same half of each unit. */
const utf16Without = (bytes: Uint8Array): string | undefined => {
  let [even, odd] = [0, 0];
  for (const [index, byte] of bytes.entries()) {
    if (byte === 0 && index % 2 === 0) even += 1;
    else if (byte === 0) odd += 1;
  }
  if (even === odd || even + odd < bytes.length * NULS_OF_UTF16) return undefined;
  return even > odd ? 'utf-16be' : 'utf-16le';
};

/**
 * Whether text decoded as Windows-1252 can be Western European. Another 8-bit encoding shows as three such letters in a row
 * (Cyrillic, Greek), as a sign within a word (Polish, Turkish), or as one of five bytes without a meaning.
 */
const isWesternEuropean = (text: string): boolean =>
  !/[\x80-\x9f]|[^\P{L}a-z]{3}|\p{L}[¡-©«-´¶-¹»-¿×÷]+\p{L}/iu.test(text.replace(/[\s\d]+/g, ' '));

/** Whether some bytes form a character of UTF-8. In Windows-1252, an accented letter is not followed by a sign. */
const isDamagedUtf8 = (bytes: Uint8Array): boolean =>
  /[^\0-\x7f\uFFFD]/.test(new TextDecoder().decode(bytes));

/**
 * Decodes UTF-8, UTF-16 with or without byte order mark, and Windows-1252. Throws {@link WorkoutFileUnusable} if it is none of
 * them: no character is replaced.
 */
export const fileText = (bytes: Uint8Array): FileText => {
  if (Buffer.from(bytes.subarray(0, ZIP.length)).toString('latin1') === ZIP) {
    throw new WorkoutFileUnusable('it is a zip archive or a workbook: unpack it, or save it as CSV');
  }
  const mark = Buffer.from(bytes.subarray(0, 2)).toString('hex');
  const marked = { fffe: 'utf-16le', feff: 'utf-16be' }[mark];
  const unmarked = marked ?? (bytes.includes(0) ? utf16Without(bytes) : undefined);
  if (unmarked !== undefined) {
    const text = decode(bytes, unmarked);
    if (text === undefined || !isText(text)) throw new WorkoutFileUnusable(`it is not text: ${SAVE_AS_UTF8}`);
    return { text, guessed: marked ? undefined : 'UTF-16' };
  }
  const text = decode(bytes, 'utf-8');
  if (text !== undefined && isText(text)) return { text, guessed: undefined };
  const western = text === undefined && !isDamagedUtf8(bytes) ? decode(bytes, 'windows-1252') : undefined;
  if (western === undefined || !isText(western) || !isWesternEuropean(western)) {
    throw new WorkoutFileUnusable(`it is neither UTF-8 nor UTF-16 nor Windows-1252: ${SAVE_AS_UTF8}`);
  }
  return { text: western, guessed: 'Windows-1252' };
};
