// Apps write times in the language of the phone: "25 Juli 2026, 14:21", "2026年10月1日 下午6:15". ICU knows how.

/** The meanings of a name, each with the languages in which it has this meaning. */
export type Meanings = ReadonlyMap<number, ReadonlySet<string>>;

/** Names by their tokens, with their meanings. */
export type Names = Map<string, Map<number, Set<string>>>;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'.split('');
/** The Gregorian calendar with the digits 0 to 9, in every language. */
export const PLAIN: Intl.DateTimeFormatOptions = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  timeZone: 'UTC',
};

/** Makes a value when it is first needed. */
export const lazy = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Every language of ICU. Intl lists no languages, but says which codes it knows. */
export const languages = lazy((): readonly string[] => {
  const codes = ALPHABET.flatMap((one) =>
    ALPHABET.flatMap((two) => [`${one}${two}`, ...ALPHABET.map((three) => `${one}${two}${three}`)]),
  );
  // Asking for the name first takes a third of the time.
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  return Intl.DateTimeFormat.supportedLocalesOf(codes.filter((code) => names.of(code) !== undefined));
});

/** The languages with a name of their own for kilometers: those that a phone offers. Others have little more than dates in ICU. */
const phoneLanguages = lazy((): ReadonlySet<string> => {
  const inLanguage = (language: string, unitDisplay: 'long' | 'short'): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: 'kilometer',
      unitDisplay,
      numberingSystem: 'latn',
    }).format(5);
  return new Set(
    languages().filter((language) => inLanguage(language, 'long') !== inLanguage('und', 'short')),
  );
});

/** The other spellings of a language: those of its countries and scripts, such as `Jänner` in Austria. */
export const variants = lazy((): readonly string[] => {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const regions = ALPHABET.flatMap((one) => ALPHABET.map((two) => `${one}${two}`.toUpperCase()));
  const suffixes = [
    ...regions.filter((code) => names.of(code) !== undefined),
    'Latn',
    'Cyrl',
    'Arab',
    'Hant',
  ];
  return [...phoneLanguages()]
    .filter((language) => !language.includes('-'))
    .flatMap((language) => suffixes.map((suffix) => `${language}-${suffix}`))
    .filter((tag) => new Intl.DateTimeFormat(tag).resolvedOptions().locale === tag);
});

const digits = lazy((): ReadonlyMap<string, string> => {
  const systems = Intl.supportedValuesOf('numberingSystem');
  const pairs = systems.flatMap((numberingSystem) => {
    const format = new Intl.NumberFormat('en', { numberingSystem, useGrouping: false });
    return [...Array(10).keys()].map((digit) => [format.format(digit), String(digit)] as const);
  });
  return new Map(pairs.filter(([written]) => /^\p{Nd}$/u.test(written)));
});

/** The text with the digits of every script as 0 to 9, and each form of a letter as the usual one. */
export const plainText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: most text is ASCII
  /^[\x00-\x7f]*$/.test(text)
    ? text
    : text.normalize('NFKC').replace(/(?![0-9])\p{Nd}/gu, (digit) => digits().get(digit) ?? digit);

/** The words and numbers of a plain text, in lower case, without punctuation. */
export const tokensOf = (text: string): string[] =>
  text.toLowerCase().match(/\p{L}[\p{L}\p{M}]*|\d+/gu) ?? [];

/** Whether a token is a number. */
export const isNumber = (token: string): boolean => /^\d/.test(token);

/** The tokens of a name, separated by spaces. */
export const keyOf = (text: string): string => tokensOf(plainText(text)).join(' ');

/** Keeps the meanings of languages that a phone offers, if there are any. */
export const likelyMeanings = (meanings: Meanings): Meanings => {
  const likely = [...meanings].flatMap(([meaning, spoken]) => {
    const offered = new Set([...spoken].filter((language) => phoneLanguages().has(language)));
    return offered.size > 0 ? [[meaning, offered] as const] : [];
  });
  return likely.length > 0 ? new Map(likely) : meanings;
};
