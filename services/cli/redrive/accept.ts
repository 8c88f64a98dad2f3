import { readDayStates } from '../../../shared/aws/store/day-states.ts';
import { causeSentence } from '../../../shared/core/causes.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { DayEntry } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { acceptableFailure, acceptDate } from '../../operations/accept-date.ts';
import { openLedger } from '../../operations/ledger.ts';
import { type ParkedMessage, peekMessages, rejectHidden } from '../../operations/parked-messages.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { confirm } from '../confirm.ts';
import { EXIT } from '../exit.ts';
import { suggest } from '../print/advice.ts';
import { print } from '../print/write.ts';
import { actionsFor } from '../target/situation.ts';
import type { StackOptions } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { removeMessages } from './remove-messages.ts';

export interface AcceptOptions extends StackOptions {
  /** The date whose invalid record is accepted. */
  readonly accept?: Day;
  /** Whether to accept without asking. */
  readonly yes?: boolean;
}

/** Says why a date cannot be accepted. */
const refuse = (date: Day, entry: DayEntry | undefined, options: AcceptOptions): UsageError => {
  const error = entry?.last_error;
  if (!error) return new UsageError(`${date} has not failed, so there is nothing to accept.`);
  return new UsageError(
    entry.state === 'failed'
      ? `${date} has only just failed: try again when it is parked, in a minute.`
      : `${date} failed for a reason that may pass (${causeSentence(error.name)}): to try again, run ${suggest('redrive', options)}.`,
  );
};

/**
 * Accepts, after a confirmation, that Oura's record of a date stays invalid: removes its parked messages and records it in the
 * ledger. A repeated call removes messages that are left.
 */
export const accept = async (stack: Stack, date: Day, options: AcceptOptions): Promise<number> => {
  const { yes = false, dataDir } = options;
  const entry = (await readDayStates(openLedger(stack), [date])).get(date);
  const failure = entry && acceptableFailure(entry);
  if (!failure && !entry?.accepted) throw refuse(date, entry, options);
  const isOfDate = ({ message }: ParkedMessage): boolean => message?.date === date;
  if (entry && failure) {
    print(`  ${date}  ${failure.name}: ${failure.message}`);
    const question = `Accept that ${date} ${entry.state === 'stored' ? 'keeps its stored night' : 'has no night'} until Oura answers differently?`;
    if (!yes && !(await confirm(question))) {
      print('Nothing was changed.');
      return EXIT.unsettled;
    }
  }
  const queueUrl = outputOf(stack, OUTPUT.parkedQueueUrl);
  const parked = await peekMessages(stack.sqs, queueUrl);
  // One of them may be of the date, too.
  await rejectHidden(stack.sqs, queueUrl, parked.length);
  const taken = parked.some(isOfDate) ? await removeMessages(stack, dataDir, isOfDate) : [];
  const run_ids = taken.flatMap(({ message }) => message?.run_id ?? []);
  if (entry && failure) await acceptDate(stack, { ...entry, last_error: failure }, run_ids);
  print(
    failure
      ? `Accepted ${date}. If Oura corrects its record, a later run stores the night; to ask now, ${(await actionsFor(options, stack)).requestAgain(date, date)}.`
      : `${date} is accepted already.`,
  );
  return EXIT.settled;
};
