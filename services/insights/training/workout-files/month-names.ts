import {
  keyOf,
  languages,
  lazy,
  type Meanings,
  type Names,
  PLAIN,
  plainText,
  tokensOf,
  variants,
} from './phone-languages.ts';

/** The text of a part, with the letters that touch it: Hebrew writes "in October" as one word. */
const wordAt = (parts: readonly Intl.DateTimeFormatPart[], index: number): string => {
  const before = /\p{L}*$/u.exec(parts[index - 1]?.value ?? '')?.[0] ?? '';
  const after = /^[\p{L}\p{M}]*/u.exec(parts[index + 1]?.value ?? '')?.[0] ?? '';
  return `${before}${parts[index]?.value ?? ''}${after}`;
};

const addName = (names: Names, key: string, meaning: number, language: string): void => {
  if (key === '' || /^[\d ]+$/.test(key)) return;
  const meanings = names.get(key) ?? new Map<number, Set<string>>();
  names.set(key, meanings);
  meanings.set(meaning, (meanings.get(meaning) ?? new Set()).add(language));
};

const MONTH_FORMS: readonly Intl.DateTimeFormatOptions[] = [
  { month: 'long' },
  { month: 'short' },
  // Some languages inflect the month next to a day.
  { month: 'long', day: 'numeric', year: 'numeric' },
  { month: 'short', day: 'numeric', year: 'numeric' },
];

const monthNames = (tags: readonly string[]): Names => {
  const names: Names = new Map();
  for (const tag of tags) {
    for (const form of MONTH_FORMS) {
      const format = new Intl.DateTimeFormat(tag, { ...PLAIN, ...form });
      for (let month = 1; month <= 12; month += 1) {
        const parts = format.formatToParts(Date.UTC(2025, month - 1, 15));
        const index = parts.findIndex(({ type }) => type === 'month');
        addName(names, keyOf(wordAt(parts, index)), month, tag.split('-')[0] ?? tag);
      }
    }
  }
  return names;
};

const usualMonths = lazy(() => monthNames(languages()));
const otherMonths = lazy(() => monthNames(variants()));

/** Abbreviations of systems other than ICU: German Windows. */
const OTHER_ABBREVIATIONS: Readonly<Record<string, string>> = { mrz: 'märz' };

/** A word of at least three letters that begins the names of months: an abbreviation of another version of ICU. */
const abbreviated = (key: string): Meanings | undefined => {
  if (!/^\p{L}{3}/u.test(key)) return undefined;
  const found: Names = new Map();
  for (const [name, meanings] of usualMonths()) {
    if (!name.startsWith(key)) continue;
    for (const [month, spoken] of meanings)
      for (const language of spoken) addName(found, key, month, language);
  }
  return found.get(key);
};

/** The months (1–12) with a name, by the tokens of the name; undefined if ICU has no such month. */
export const monthsCalled = (key: string): Meanings | undefined =>
  usualMonths().get(OTHER_ABBREVIATIONS[key] ?? key);

/** As {@link monthsCalled}, for the names of a country and for abbreviations. Slower. */
export const rareMonthsCalled = (key: string): Meanings | undefined =>
  abbreviated(key) ?? otherMonths().get(key);

const DATE_FORMS: readonly Intl.DateTimeFormatOptions[] = [
  { weekday: 'short' },
  { dateStyle: 'full', timeStyle: 'short' },
  { dateStyle: 'long', timeStyle: 'short' },
  { dateStyle: 'medium', timeStyle: 'short' },
];

type PartType = Intl.DateTimeFormatPartTypes;

/** The words of parts of dates, with the languages that have them. */
const wordsOfParts = (types: readonly PartType[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const words = new Map<string, Set<string>>();
  for (const language of languages()) {
    for (const form of DATE_FORMS) {
      const format = new Intl.DateTimeFormat(language, { ...PLAIN, ...form });
      for (let day = 1; day <= 7; day += 1) {
        const parts = format.formatToParts(Date.UTC(2025, 0, day)).filter(({ type }) => types.includes(type));
        for (const word of parts.flatMap(({ value }) => tokensOf(plainText(value))))
          words.set(word, (words.get(word) ?? new Set()).add(language));
      }
    }
  }
  return words;
};

/** The words of dates besides the month: a weekday, `de`, `à`. */
const otherWords = lazy(() => wordsOfParts(['literal', 'weekday']));
const linkingWords = lazy(() => wordsOfParts(['literal']));

/** Whether a word stands between a date and a time, such as `at` and the Welsh "am", in any language. */
export const isLinkingWord = (word: string): boolean => linkingWords().has(word);

/** Whether a word is part of a date in any language: a weekday, a month, `de`, `à`. */
export const isDateWord = (word: string): boolean =>
  otherWords().has(word) || monthsCalled(word) !== undefined;

/**
 * Of several words of a date that are months, the one whose language has the other words: in `Sat, 3 Oct`, "Sat" is September in
 * Hausa. Undefined if that leaves several.
 * @param words the words of the date without those of the month
 */
export const likeliestMonth = <
  Found extends { readonly meanings: Meanings; readonly words: readonly string[] },
>(
  found: readonly Found[],
): Found | undefined => {
  if (found.length <= 1) return found[0];
  const scores = found.map(({ meanings, words }) => {
    const spoken = [...meanings.values()].flatMap((each) => [...each]);
    const known = (language: string): number =>
      words.filter((word) => otherWords().get(word)?.has(language)).length;
    return Math.max(...spoken.map(known));
  });
  const best = Math.max(...scores);
  const likeliest = found.filter((_, index) => scores[index] === best);
  return new Set(likeliest.map(({ meanings }) => meanings)).size === 1 ? likeliest[0] : undefined;
};
