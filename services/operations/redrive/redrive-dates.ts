import { readDayStates } from '../../../shared/aws/store/day-states.ts';
import type { Day } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger } from '../ledger.ts';
import { countHidden, type ParkedMessage, peekMessages } from '../parked-messages.ts';
import { outputOf, type Stack } from '../stack.ts';
import { readFailedDates } from '../status/failures.ts';
import { consumedDepths } from './follow-redrive.ts';

/** The parked messages, and the dates that a redrive would wait for. */
export interface RedrivePlan {
  readonly parked: readonly ParkedMessage[];
  /** The number of parked messages that another reader holds, so that neither they nor their dates are here. */
  readonly hidden: number;
  /** In order. If nothing is parked: the unsettled dates of an earlier redrive. */
  readonly dates: readonly Day[];
}

export const planRedrive = async (stack: Stack): Promise<RedrivePlan> => {
  const queueUrl = outputOf(stack, OUTPUT.parkedQueueUrl);
  const parked = await peekMessages(stack.sqs, queueUrl);
  const hidden = await countHidden(stack.sqs, queueUrl, parked.length);
  const dates = parked.length > 0 ? datesOf(parked) : await movedBefore(stack);
  return { parked, hidden, dates };
};

const datesOf = (parked: readonly ParkedMessage[]): Day[] =>
  [...new Set(parked.flatMap(({ message }) => message?.date ?? []))].sort();

/** The unsettled dates while messages are queued: a stopped redrive has moved them. None if the queues are empty. */
const movedBefore = async (stack: Stack): Promise<Day[]> => {
  if ((await consumedDepths(stack)).every((count) => count === 0)) return [];
  const ledger = openLedger(stack);
  const states = await readFailedDates(ledger, ledger.days.scan());
  return states.filter(({ state }) => state === 'parked' || state === 'failed').map(({ date }) => date);
};

export interface RedriveEnd {
  readonly settled: number;
  /** The dates that failed and are parked again. */
  readonly again: readonly Day[];
  readonly unfinished: number;
  /** Number of messages that are parked again and have no readable date. */
  readonly unreadable: number;
  /** The messages of the dates that are parked now. */
  readonly left: readonly ParkedMessage[];
  /** Number of other messages that are parked: another reader held them, or they were parked meanwhile. */
  readonly others: number;
}

/** @param open the result of followRedrive @param unmoved how many messages the plan knew that were not moved */
export const endOfRedrive = async (
  stack: Stack,
  dates: readonly Day[],
  open: ReadonlySet<Day>,
  unmoved = 0,
): Promise<RedriveEnd> => {
  const queueUrl = outputOf(stack, OUTPUT.parkedQueueUrl);
  const parked = await peekMessages(stack.sqs, queueUrl);
  const left = parked.filter(({ message }) => message === null || dates.includes(message.date));
  // Not from the messages alone: one that another command or a summary is reading is not visible.
  const states = await readDayStates(openLedger(stack), dates);
  const visible = parked.length - left.length;
  const hidden = unmoved > 0 ? await countHidden(stack.sqs, queueUrl, parked.length) : 0;
  const failed = dates.filter((date) => states.get(date)?.state === 'parked' && !open.has(date));
  const again = new Set([...datesOf(left), ...failed]);
  const unfinished = [...open].filter((date) => !again.has(date)).length;
  return {
    settled: dates.length - again.size - unfinished,
    again: [...again],
    unfinished,
    unreadable: left.filter(({ message }) => message === null).length,
    left,
    others: Math.min(Math.max(unmoved, visible), visible + hidden),
  };
};
