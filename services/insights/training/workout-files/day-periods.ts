import {
  keyOf,
  languages,
  lazy,
  likelyMeanings,
  type Names,
  PLAIN,
  plainText,
  tokensOf,
} from './phone-languages.ts';

const PERIOD_FORMS: readonly Intl.DateTimeFormatOptions[] = [
  {},
  { dayPeriod: 'short' },
  { dayPeriod: 'long' },
];

/** Whether the name of a part of the day stands before the hour, as in `下午6:15`, or after it. */
type Place = 'before' | 'after';

/** For each place and name of a part of the day, by the hour on a 12-hour clock: the hours (0–23). */
const dayPeriods = lazy((): Readonly<Record<Place, ReadonlyMap<string, Names>>> => {
  const periods = { before: new Map<string, Names>(), after: new Map<string, Names>() };
  for (const language of languages()) {
    for (const form of PERIOD_FORMS) {
      const format = new Intl.DateTimeFormat(language, { ...PLAIN, ...form, hour: 'numeric', hour12: true });
      for (let hour = 0; hour < 24; hour += 1) {
        const parts = format.formatToParts(Date.UTC(2025, 0, 1, hour));
        const isEither = ({ type }: Intl.DateTimeFormatPart) => type === 'dayPeriod' || type === 'hour';
        const ofPlace = periods[parts.find(isEither)?.type === 'hour' ? 'after' : 'before'];
        const name = keyOf(parts.find(({ type }) => type === 'dayPeriod')?.value ?? '');
        const shown = String(Number(parts.find(({ type }) => type === 'hour')?.value) % 12);
        const hours: Names = ofPlace.get(name) ?? new Map();
        ofPlace.set(name, hours);
        const meanings = hours.get(shown) ?? new Map<number, Set<string>>();
        hours.set(shown, meanings.set(hour, (meanings.get(hour) ?? new Set()).add(language)));
      }
    }
  }
  return periods;
});

/**
 * The hour (0–23) of an hour that ICU names otherwise, such as `晚上6:15`, whose evening begins at 7: by the half of the day in
 * which all hours of the part are. NaN if they are in both halves, or at 12, which is at the end of a half.
 */
const hourInHalf = (hour: number, hours: Names): number => {
  const halves = new Set(
    [...hours.values()].flatMap((meanings) => [...meanings.keys()].map((each) => each >= 12)),
  );
  const [isLater] = halves;
  if (hour === 12 || halves.size !== 1) return Number.NaN;
  return isLater ? hour + 12 : hour;
};

/**
 * The hour (0–23) of `hour` on a 12-hour clock in the part of the day with this name: `pm`, `下午`. NaN if it has no such hour or
 * several; undefined if no language has this name in this place.
 */
export const hourInPeriod = (hour: number, key: string, place: Place): number | undefined => {
  const hours = key === '' ? undefined : dayPeriods()[place].get(key);
  if (hours === undefined) return undefined;
  if (hour < 1 || hour > 12) return Number.NaN;
  const meanings = hours.get(String(hour % 12));
  if (meanings === undefined) return hourInHalf(hour, hours);
  const [found, ...others] = likelyMeanings(meanings).keys();
  return found === undefined || others.length > 0 ? Number.NaN : found;
};

/** Whether a word stands next to a time of the 24-hour clock without meaning, such as `Uhr`. */
export const isClockWord = (word: string): boolean => clockWords().has(word);

const clockWords = lazy((): ReadonlySet<string> => {
  const words = languages().flatMap((language) =>
    [undefined, '2-digit' as const].flatMap((minute) =>
      new Intl.DateTimeFormat(language, { ...PLAIN, hour: 'numeric', minute, hourCycle: 'h23' })
        .formatToParts(0)
        .flatMap(({ type, value }) => (type === 'literal' ? tokensOf(plainText(value)) : [])),
    ),
  );
  return new Set(words);
});
