import { isDay } from '../../../../shared/core/day.ts';
import { instantOfWallTime } from '../../../../shared/core/wall-time.ts';
import { monthOf } from './month-names.ts';

const CLOCK = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d+)?)?\s*(?<half>[ap]\.?m\.?)?`;
const OFFSET = String.raw`\s*(?<offset>Z|[+-]\d{2}:?\d{2})?`;
const FORMS = [
  // 2026-09-20 18:00:00, with or without offset, also 2026-09-20 6:00:00 PM
  new RegExp(String.raw`^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[T,\s]\s*${CLOCK}${OFFSET}$`, 'i'),
  // 22 Dec 2025, 08:00 and 25. Juli 2026, 14:21
  new RegExp(
    String.raw`^(?<day>\d{1,2})\.?\s+(?:de\s+)?(?<name>\p{L}+)\.?\s+(?:de\s+)?(?<year>\d{4}),?\s+${CLOCK}$`,
    'iu',
  ),
  // Dec 22, 2025, 8:00 AM
  new RegExp(String.raw`^(?<name>\p{L}+)\.?\s+(?<day>\d{1,2}),?\s+(?<year>\d{4}),?\s+${CLOCK}$`, 'iu'),
];

const two = (number: number): string => String(number).padStart(2, '0');

/** Converts to a 24-hour clock; NaN if a 12-hour clock has no such hour. */
const hourOf = (hour: number, half: string | undefined): number => {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
};

/**
 * Parses a time as workout apps write it, to epoch ms. Without an offset, which is usual, the time is in `timeZone`.
 * `undefined` if the format is unknown or the time is invalid.
 */
export const instantInFile = (text: string, timeZone: string): number | undefined => {
  // Strong puts a narrow no-break space before AM and PM.
  const plain = text.replace(/\s+/g, ' ').trim();
  const groups = FORMS.map((form) => form.exec(plain)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const month = groups['name'] === undefined ? Number(groups['month']) : monthOf(groups['name']);
  const day = `${groups['year']}-${two(month ?? 0)}-${two(Number(groups['day']))}`;
  const hour = hourOf(Number(groups['hour']), groups['half']);
  const minute = Number(groups['minute']);
  const second = Number(groups['second'] ?? 0);
  if (!isDay(day) || !(hour <= 23) || minute > 59 || second > 59) return undefined;
  const wallTime = `${day}T${two(hour)}:${two(minute)}:${two(second)}`;
  const offset = groups['offset'];
  if (offset === undefined) return instantOfWallTime(timeZone, wallTime);
  return Date.parse(`${wallTime}${offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()}`);
};
