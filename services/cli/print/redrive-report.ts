import { plural } from '../../../shared/core/text.ts';
import type { ParkedMessage } from '../../operations/parked-messages.ts';
import type { RedriveEnd } from '../../operations/redrive/redrive-dates.ts';
import { print } from './write.ts';

/** A parked message and why it is parked, in one line. */
export const parkedLine = ({ message, message_id, failure_name, failure_message }: ParkedMessage): string =>
  `  ${message?.date ?? `message ${message_id}`}  ${failure_name ?? 'unknown'}: ${failure_message ?? ''}`;

export const redriveReport = ({ settled, again, unfinished, unreadable, left }: RedriveEnd): string[] => [
  `${plural(settled, 'date')} settled, ${again} failed again` +
    `${unfinished > 0 ? `, ${unfinished} unfinished` : ''}` +
    `${unreadable > 0 ? `, ${plural(unreadable, 'message')} unreadable` : ''}.`,
  ...left.map(parkedLine),
];

const LINE_MS = 1_000;

/** Returns a function that prints the progress of a slow move once a second. */
export const movePrinter = () => {
  let printed = performance.now();
  return (moved: number, of: number): void => {
    if (moved === of || performance.now() - printed < LINE_MS) return;
    printed = performance.now();
    print(`Moved ${moved} of ${of}`);
  };
};
