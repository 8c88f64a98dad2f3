import type { ParkedMessage } from '../../operations/redrive/parked-messages.ts';
import type { RedriveEnd } from '../../operations/redrive/redrive-dates.ts';

/** A parked message and why it is parked, in one line. */
export const parkedLine = ({ message, message_id, failure_name, failure_message }: ParkedMessage): string =>
  `  ${message?.date ?? `message ${message_id}`}  ${failure_name ?? 'unknown'}: ${failure_message ?? ''}`;

/** How a redrive ended. */
export const redriveReport = ({ settled, again, unfinished, unreadable, left }: RedriveEnd): string[] => [
  `${settled} dates settled, ${again} failed again` +
    `${unfinished > 0 ? `, ${unfinished} unfinished` : ''}` +
    `${unreadable > 0 ? `, ${unreadable} messages cannot be read` : ''}.`,
  ...left.map(parkedLine),
];

const LINE_MS = 1_000;

/** Prints how far a slow move has come, once a second. */
export const movePrinter = (print: (line: string) => void) => {
  let printed = performance.now();
  return (moved: number, of: number): void => {
    if (moved === of || performance.now() - printed < LINE_MS) return;
    printed = performance.now();
    print(`Moving: ${moved} of ${of}`);
  };
};
