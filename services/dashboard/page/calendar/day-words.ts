import { plural } from '../../../../shared/core/text.ts';
import type { CalendarDay } from '../../server/api.ts';
import { showDay } from '../format.ts';
import { gapLines } from '../gap-words.ts';
import { isNight } from './day-look.ts';

/** Describes a date in a few lines. */
export const linesOf = (day: CalendarDay): string[] => {
  if (!isNight(day)) return [showDay(day.date), ...gapLines(day)];
  return [
    showDay(day.date),
    `${day.state === 'stored' ? 'Stored' : 'Stored, provisional'}${day.score === null ? '' : `: score ${day.score}`}`,
    ...(day.revision > 1 ? [`Revised ${day.revision - 1}×`] : []),
    ...(day.vanished_since === null ? [] : ['No longer at Oura']),
    ...(day.naps > 0 ? [plural(day.naps, 'nap')] : []),
  ];
};
