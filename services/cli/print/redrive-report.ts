import { plural } from '../../../shared/core/text.ts';
import type { ParkedMessage } from '../../operations/parked-messages.ts';
import type { RedriveEnd } from '../../operations/redrive/redrive-dates.ts';
import { suggest, type Target } from './advice.ts';
import { print } from './write.ts';

/** A parked message and why it is parked, in one line. */
export const parkedLine = ({ message, message_id, failure_name, failure_message }: ParkedMessage): string =>
  `  ${message?.date ?? 'malformed '}  ${failure_name ?? 'unknown'}: ${failure_message ?? ''} (message ${message_id})`;

/** What to do about messages that are not work messages: a redrive parks them again. */
export const malformedAdvice = (target: Target): string =>
  `No redrive can help a malformed message: to remove the malformed ones, run ${suggest('redrive', target, '--discard-malformed')}.`;

export const redriveReport = ({
  settled,
  again,
  unfinished,
  unreadable,
  left,
  others,
}: RedriveEnd): string[] => [
  `${plural(settled, 'date')} settled, ${again.length} failed again` +
    `${unfinished > 0 ? `, ${unfinished} unfinished` : ''}` +
    `${unreadable > 0 ? `, ${plural(unreadable, 'message')} unreadable` : ''}.`,
  ...left.map(parkedLine),
  ...(others > 0
    ? [
        `Still parked: ${plural(others, 'other message')}, which another command or run was reading, or which was parked meanwhile. Run this again in half a minute.`,
      ]
    : []),
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
