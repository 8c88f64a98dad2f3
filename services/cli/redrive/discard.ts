import { OUTPUT } from '../../../shared/core/names.ts';
import { plural } from '../../../shared/core/text.ts';
import {
  countHidden,
  hiddenSentence,
  MessagesHidden,
  type ParkedMessage,
  peekMessages,
} from '../../operations/parked-messages.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { confirm } from '../confirm.ts';
import { EXIT } from '../exit.ts';
import { suggest } from '../print/advice.ts';
import { parkedLine } from '../print/redrive-report.ts';
import { print } from '../print/write.ts';
import { actionsFor } from '../target/situation.ts';
import type { StackOptions } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { removeMessages } from './remove-messages.ts';

export interface DiscardOptions extends StackOptions {
  /** The IDs of the messages to remove. */
  readonly discard?: readonly string[];
  /** Whether to remove every message that is not a work message. */
  readonly discardMalformed?: boolean;
  /** Whether to remove without asking. */
  readonly yes?: boolean;
}

/** Removes parked messages that no redrive can help, after a confirmation. */
export const discard = async (stack: Stack, options: DiscardOptions): Promise<number> => {
  const { discard: ids = [], discardMalformed = false, yes = false, dataDir } = options;
  const isChosen = ({ message_id, message }: ParkedMessage): boolean =>
    ids.includes(message_id) || (discardMalformed && message === null);
  const queueUrl = outputOf(stack, OUTPUT.parkedQueueUrl);
  const parked = await peekMessages(stack.sqs, queueUrl);
  const chosen = parked.filter(isChosen);
  const unknown = ids.find((id) => chosen.every(({ message_id }) => message_id !== id));
  const hidden = await countHidden(stack.sqs, queueUrl, parked.length);
  if (hidden > 0 && (unknown !== undefined || chosen.length === 0)) throw new MessagesHidden(hidden);
  if (unknown !== undefined) {
    throw new UsageError(
      `No parked message has the ID ${unknown}: to list the IDs, run ${suggest('redrive', options, '--dry-run')}.`,
    );
  }
  if (chosen.length === 0) {
    print('No malformed message is parked.');
    return EXIT.settled;
  }
  for (const message of chosen) print(parkedLine(message));
  if (!yes && !(await confirm(`Remove ${plural(chosen.length, 'message')} from the parked queue?`))) {
    print('Nothing was removed.');
    return EXIT.unsettled;
  }
  const taken = await removeMessages(stack, dataDir, isChosen);
  const { requestAgain } = await actionsFor(options, stack);
  for (const date of new Set(taken.flatMap(({ message }) => message?.date ?? []))) {
    print(`${date} has no night without its message: to request it, ${requestAgain(date, date)}.`);
  }
  // All the messages with given IDs were in the list.
  const left = discardMalformed ? hidden : 0;
  if (left > 0) print(hiddenSentence(left));
  return taken.length === chosen.length && left === 0 ? EXIT.settled : EXIT.unsettled;
};
