import { isDay } from '../../../../shared/core/day.ts';
import { type ClockTime, clockIn } from './clock-in-file.ts';
import { likeliestMonth, monthsCalled, rareMonthsCalled } from './month-names.ts';
import { isNumber, likelyMeanings, type Meanings, plainText, tokensOf } from './phone-languages.ts';

/** A time as an app wrote it. */
export interface TimeInFile {
  /** `YYYY-MM-DDTHH:MM:SS`. */
  readonly wallTime: string;
  /** `Z` or `+02:00`; usually there is none, and the time is that of the phone's clock. */
  readonly offset: string | undefined;
}

/** Why a text is not a time, to follow the text in a sentence. */
export interface NoTime {
  readonly reason: string;
}

interface ParsedDate {
  readonly year: number;
  /** The date if the order of day and month is given, or two numbers in unknown order. */
  readonly day?: number;
  readonly month?: number;
  readonly meanings?: Meanings;
  readonly pair?: readonly [number, number];
}

/** Thailand counts years from 543 BC. */
const BUDDHIST_YEARS = 543;
const yearOf = (text: string): number => {
  const year = Number(text);
  return year > 2400 ? year - BUDDHIST_YEARS : year;
};

/** The longest names of months have six words, in Bena. */
const MOST_TOKENS = 6;

interface NamedMonth {
  readonly meanings: Meanings;
  /** The other tokens, and the words among them. */
  readonly rest: readonly string[];
  readonly words: readonly string[];
}

const monthAmong = (
  tokens: readonly string[],
  meaningsOf: (key: string) => Meanings | undefined,
): NamedMonth | undefined => {
  for (let length = MOST_TOKENS; length > 0; length -= 1) {
    const found = [...tokens.keys()].flatMap((at): NamedMonth[] => {
      const name = tokens.slice(at, at + length);
      const meanings = name.every(isNumber) ? undefined : meaningsOf(name.join(' '));
      if (meanings === undefined || name.length < length) return [];
      const rest = tokens.toSpliced(at, length);
      return [{ meanings, rest, words: rest.filter((token) => !isNumber(token)) }];
    });
    if (found.length > 0) return likeliestMonth(found);
  }
  return undefined;
};

const dateIn = (tokens: readonly string[]): ParsedDate | undefined => {
  const named = monthAmong(tokens, monthsCalled) ?? monthAmong(tokens, rareMonthsCalled);
  const numbers = (named?.rest ?? tokens).filter(isNumber);
  const years = numbers.filter((number) => number.length === 4);
  const others = numbers.filter((number) => number.length <= 2).map(Number);
  const [one, other] = others;
  const isDate = years.length === 1 && others.length === numbers.length - 1;
  if (!isDate || one === undefined) return undefined;
  const year = yearOf(years[0] ?? '');
  if (named) return others.length === 1 ? { year, day: one, meanings: named.meanings } : undefined;
  if (other === undefined || others.length > 2) return undefined;
  if (numbers[0]?.length === 4) return { year, month: one, day: other };
  return numbers[2]?.length === 4 ? { year, pair: [one, other] } : undefined;
};

interface ParsedTime {
  readonly clock: ClockTime;
  readonly date: ParsedDate;
}

const WITHOUT_TIME = /^\s*\d{4}-\d{2}-\d{2}\s*$/;

const parseTime = (text: string, timeOfDate: string | undefined): ParsedTime | undefined => {
  // Strong puts a narrow no-break space before AM and PM, and ISO 8601 a T before the time.
  const plain = plainText(text)
    .replace(/(\d)T(\d)/, '$1 $2')
    .replace(/\s+/g, ' ')
    .trim();
  const isDateOnly = timeOfDate !== undefined && (WITHOUT_TIME.test(plain) || clockIn(plain) === undefined);
  const clock = isDateOnly ? { time: timeOfDate, offset: undefined, rest: tokensOf(plain) } : clockIn(plain);
  const date = clock && dateIn(clock.rest);
  return date && { clock, date };
};

const two = (number: number): string => String(number).padStart(2, '0');

type Order = 'day first' | 'month first';

const orderOf = ([one, other]: readonly [number, number]): Order | undefined => {
  if (one > 12) return 'day first';
  return other > 12 ? 'month first' : undefined;
};

/** The only member of a set, else undefined. */
const only = <Value>(values: Iterable<Value>): Value | undefined => {
  const [value, ...others] = new Set(values);
  return others.length === 0 ? value : undefined;
};

/**
 * Reads the times of a file. Its dates decide together what one alone does not: whether the day or the month is first in
 * `03/10/2026`, and which language has an ambiguous name such as `lip`, July in Polish and June in Croatian.
 * @param texts every time of the file
 * @param timeOfDate the time of day of a date without one, `HH:MM:SS`; without it, such a date is not a time
 */
export const timesIn = (
  texts: Iterable<string>,
  timeOfDate?: string,
): ((text: string) => TimeInFile | NoTime) => {
  const parsed = new Map([...new Set(texts)].map((text) => [text, parseTime(text, timeOfDate)]));
  const dates = [...parsed.values()].flatMap((each) => each?.date ?? []);
  const order = only(dates.flatMap(({ pair }) => (pair && orderOf(pair)) ?? []));
  const named = dates.flatMap(({ meanings }) => (meanings ? [meanings] : []));
  const spoken = named
    .map((meanings) => new Set([...meanings.values()].flatMap((each) => [...each])))
    .reduce<readonly string[] | undefined>(
      (all, each) => (all ?? [...each]).filter((language) => each.has(language)),
      undefined,
    );

  const monthOf = (meanings: Meanings): number | undefined => {
    const likely = likelyMeanings(meanings);
    const here = [...likely].filter(([, languages]) => spoken?.some((language) => languages.has(language)));
    return only(likely.keys()) ?? only(here.map(([month]) => month));
  };

  const dayOf = ({ year, day, month, meanings, pair }: ParsedDate): string | undefined => {
    if (pair === undefined) {
      const named = meanings && monthOf(meanings);
      if (meanings && named === undefined) return undefined;
      return `${year}-${two(named ?? month ?? 0)}-${two(day ?? 0)}`;
    }
    const [one, other] = pair;
    const known = one === other ? 'day first' : (orderOf(pair) ?? order);
    if (known === undefined) return undefined;
    const [date, inMonth] = known === 'day first' ? [one, other] : [other, one];
    return `${year}-${two(inMonth)}-${two(date)}`;
  };

  return (text) => {
    const time = parsed.get(text);
    if (time === undefined) return { reason: 'is invalid' };
    const day = dayOf(time.date);
    if (day === undefined) {
      return {
        reason: time.date.pair
          ? 'can be day and month or month and day, and no other date of the file decides'
          : 'is in another month in another language, and no other date of the file decides',
      };
    }
    if (!isDay(day)) return { reason: 'is invalid' };
    return { wallTime: `${day}T${time.clock.time}`, offset: time.clock.offset };
  };
};
