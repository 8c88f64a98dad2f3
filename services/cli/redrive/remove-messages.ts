import { iso } from '../../../shared/core/clock.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { plural } from '../../../shared/core/text.ts';
import { discardedFile } from '../../local/data-folder/discarded-file.ts';
import { type ParkedMessage, takeMessages } from '../../operations/parked-messages.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { print } from '../print/write.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Saves the parked messages that `isChosen` selects in a file of the data folder, removes them from the queue, and prints
 * where they are. With `--aws` too: only the file is in the data folder then.
 */
export const removeMessages = async (
  stack: Stack,
  dataDir: string,
  isChosen: (message: ParkedMessage) => boolean,
): Promise<ParkedMessage[]> => {
  const file = discardedFile(dataDir, iso(stack.clock.now()));
  const taken = await takeMessages(
    stack.sqs,
    outputOf(stack, OUTPUT.parkedQueueUrl),
    isChosen,
    (messages) => {
      try {
        file.append(messages);
      } catch (error: unknown) {
        throw new UsageError(
          `Cannot write ${file.path} (${systemReason(error)}): messages that are not in it are still parked.`,
        );
      }
    },
  );
  if (taken.length > 0) print(`Removed ${plural(taken.length, 'message')} and saved them in ${file.path}.`);
  return taken;
};
