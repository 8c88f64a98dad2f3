import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import { byDate } from '../../../shared/core/day.ts';
import { type DayEntry, dayState } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { countHidden, hiddenSentence, type ParkedMessage, peekMessages } from '../parked-messages.ts';
import { outputOf, type Stack } from '../stack.ts';
import type { FailureGroup } from './pipeline-state.ts';

/** The name of a failure that no function has recorded. */
const UNKNOWN = 'unknown';
/** The name of the group of parked messages that could not be read. */
export const UNREAD = 'unread';

/** Groups the failed dates and the other parked messages by the name of their error, the largest group first. */
export const groupByCause = (
  entries: readonly DayEntry[],
  messages: readonly ParkedMessage[] = [],
): FailureGroup[] => {
  const failed = entries
    .flatMap((entry) => (entry.last_error ? [{ ...entry, last_error: entry.last_error }] : []))
    .sort(byDate);
  const dates = Map.groupBy(failed, ({ last_error }) => last_error.name);
  const others = Map.groupBy(messages, ({ failure_name }) => failure_name ?? UNKNOWN);
  return [...new Set([...dates.keys(), ...others.keys()])]
    .map((cause) => {
      const group = dates.get(cause) ?? [];
      const parked = others.get(cause) ?? [];
      return {
        cause,
        message: group.at(-1)?.last_error.message ?? parked.at(-1)?.failure_message ?? '',
        count: group.length + parked.length,
        dates: group.map(({ date, state, attempts, last_error }) => ({
          date,
          state,
          attempts,
          at: last_error.at,
          message: last_error.message,
        })),
        messages: parked.map(({ message_id, message }) => ({ message_id, date: message?.date ?? null })),
      };
    })
    .sort((one, other) => other.count - one.count);
};

/**
 * The states of the dates whose entry is a failure, unless their night is stored: another run may have stored it.
 * @param entries every entry of the ledger
 */
export const readFailedDates = async (
  { sleepTable }: Pick<Ledger, 'sleepTable'>,
  entries: Iterable<DayEntry> | AsyncIterable<DayEntry>,
): Promise<DayEntry[]> => {
  const failed: DayEntry[] = [];
  for await (const entry of entries) if (entry.last_error) failed.push(entry);
  const nights = await sleepTable.facts(failed.map(({ date }) => date));
  return failed.flatMap((entry) => dayState(nights.get(entry.date), entry) ?? []);
};

/** A group for parked messages whose dates and errors are unknown; none if there are none. */
export const unreadGroup = (count: number, message: string): FailureGroup[] =>
  count > 0 ? [{ cause: UNREAD, message, count, dates: [], messages: [] }] : [];

/**
 * The failures in the ledger, and the parked messages that they do not explain. The last group counts the messages that another
 * reader holds, so that no list looks complete that is not. A parked date has one message, so it explains one of them.
 */
export const readFailures = async (stack: Stack): Promise<FailureGroup[]> => {
  const ledger = openLedger(stack);
  const failed = await readFailedDates(ledger, ledger.days.scan());
  const queueUrl = outputOf(stack, OUTPUT.parkedQueueUrl);
  // Reading an empty queue takes a second.
  const parked = (await queueDepth(stack.sqs, queueUrl)) > 0 ? await peekMessages(stack.sqs, queueUrl) : [];
  const hidden = await countHidden(stack.sqs, queueUrl, parked.length);
  const listed = new Set(failed.map(({ date }) => date));
  const seen = new Set(parked.map(({ message }) => message?.date));
  const explained = failed.filter(({ date, state }) => state === 'parked' && !seen.has(date)).length;
  const unread = hidden - explained;
  return [
    ...groupByCause(
      failed,
      parked.filter(({ message }) => message === null || !listed.has(message.date)),
    ),
    ...unreadGroup(unread, hiddenSentence(unread)),
  ];
};
