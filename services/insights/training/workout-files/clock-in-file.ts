import { hourInPeriod, isClockWord } from './day-periods.ts';
import { isDateWord, isLinkingWord } from './month-names.ts';
import { isNumber, tokensOf } from './phone-languages.ts';

/** A time of day as an app wrote it. */
export interface ClockTime {
  /** `HH:MM:SS`. */
  readonly time: string;
  readonly offset: string | undefined;
  /** The words and numbers besides the time of day. */
  readonly rest: readonly string[];
}

const HOUR_AND_MINUTE = String.raw`(?<hour>\d{1,2})(?:SEP|\s?h\s?)(?<minute>\d{2})(?:SEP(?<second>\d{2})(?:[.,]\d+)?)?`;
/** Times with colons first: with full stops, a date looks alike. */
const CLOCKS = [':', String.raw`\.`].map(
  (separator) =>
    new RegExp(String.raw`(?<![\d.:-])${HOUR_AND_MINUTE.replaceAll('SEP', separator)}(?![\d:/-]|\.\d)`, 'iu'),
);
const OFFSET = /^(?<plain>Z|[+-]\d{2}:?\d{2})$/i;

const two = (number: number): string => String(number).padStart(2, '0');

/** The longest names of parts of the day have four words: `in the early morning`. */
const MOST_WORDS = 4;

interface Hour {
  /** On a 24-hour clock; NaN if the words contradict it. */
  readonly hour: number;
  /** How many words before and after the time belong to it. */
  readonly wordsBefore: number;
  readonly wordsAfter: number;
}

/** Reads the hour with the words around it; undefined if none of them is a part of the day. */
const hourInWords = (hour: number, before: readonly string[], after: readonly string[]): Hour | undefined => {
  for (let length = MOST_WORDS; length > 0; length -= 1) {
    const following = after.length < length ? '' : after.slice(0, length).join(' ');
    const later = hourInPeriod(hour, following, 'after') ?? hourInPeriod(hour, following, 'before');
    if (later !== undefined) return { hour: later, wordsBefore: 0, wordsAfter: length };
    const preceding = before.length < length ? '' : before.slice(-length).join(' ');
    const earlier = hourInPeriod(hour, preceding, 'before');
    if (earlier === undefined) continue;
    // With a 24-hour clock, or between a date and a time, a word can look like a part of the day that has no such hour.
    if (Number.isNaN(earlier) && (hour < 1 || hour > 12 || isLinkingWord(preceding))) continue;
    const isAmbiguous = earlier !== hour && isLinkingWord(preceding);
    return { hour: isAmbiguous ? Number.NaN : earlier, wordsBefore: length, wordsAfter: 0 };
  }
  return undefined;
};

/** Words up to the next number. */
const leading = (words: readonly string[]): string[] => {
  const end = words.findIndex(isNumber);
  return words.slice(0, end === -1 ? words.length : end);
};

const trailing = (words: readonly string[]): string[] => leading(words.toReversed()).reverse();

/** Finds the time of day in a plain text; undefined if there is none or it is invalid. */
export const clockIn = (text: string): ClockTime | undefined => {
  const match = CLOCKS.map((clock) => clock.exec(text)).find((found) => found !== null);
  if (match?.groups === undefined) return undefined;
  const before = tokensOf(text.slice(0, match.index));
  const rest = text.slice(match.index + match[0].length).trim();
  const offset = OFFSET.exec(rest)?.groups?.['plain'];
  const after = offset === undefined ? tokensOf(rest) : [];
  const unnamed = after.findIndex((word) => !isClockWord(word));
  const others = unnamed === -1 ? [] : after.slice(unnamed);
  const words = leading(others);
  const hour = Number(match.groups['hour']);
  const wordsBefore = trailing(before);
  // A date can follow the time. Any other unknown word beside 6:00 can be a part of the day.
  const isDateAfter = words.length < others.length;
  const hasKnownWords = wordsBefore.every(isDateWord) && (words.length === 0 || isDateAfter);
  const isKnown = hour <= 23 && (hour > 12 || hasKnownWords);
  const read = hourInWords(hour, wordsBefore, words) ?? {
    hour: isKnown ? hour : Number.NaN,
    wordsBefore: 0,
    wordsAfter: 0,
  };
  const minute = Number(match.groups['minute']);
  const second = Number(match.groups['second'] ?? 0);
  if (Number.isNaN(read.hour) || minute > 59 || second > 59) return undefined;
  return {
    time: `${two(read.hour)}:${two(minute)}:${two(second)}`,
    offset: offset?.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase(),
    rest: [...before.slice(0, before.length - read.wordsBefore), ...others.slice(read.wordsAfter)],
  };
};
