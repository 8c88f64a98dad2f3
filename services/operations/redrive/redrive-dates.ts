import { readDayStates } from '../../../shared/aws/store/day-states.ts';
import type { Day } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger } from '../ledger.ts';
import { type ParkedMessage, peekMessages } from '../parked-messages.ts';
import { outputOf, type Stack } from '../stack.ts';
import { readFailedDates } from '../status/failures.ts';
import { consumedDepths } from './follow-redrive.ts';

/** The parked messages, and the dates that a redrive would wait for. */
export interface RedrivePlan {
  readonly parked: readonly ParkedMessage[];
  /** In order. If nothing is parked: the unsettled dates of an earlier redrive. */
  readonly dates: readonly Day[];
}

export const planRedrive = async (stack: Stack): Promise<RedrivePlan> => {
  const parked = await peekMessages(stack.sqs, outputOf(stack, OUTPUT.parkedQueueUrl));
  const dates = parked.length > 0 ? datesOf(parked) : await movedBefore(stack);
  return { parked, dates };
};

const datesOf = (parked: readonly ParkedMessage[]): Day[] =>
  [...new Set(parked.flatMap(({ message }) => message?.date ?? []))].sort();

/** The unsettled dates while messages are queued: a stopped redrive has moved them. None if the queues are empty. */
const movedBefore = async (stack: Stack): Promise<Day[]> => {
  if ((await consumedDepths(stack)).every((count) => count === 0)) return [];
  const states = await readFailedDates(openLedger(stack));
  return states.filter(({ state }) => state === 'parked' || state === 'failed').map(({ date }) => date);
};

export interface RedriveEnd {
  readonly settled: number;
  /** Number of dates that failed and are parked again. */
  readonly again: number;
  readonly unfinished: number;
  /** Number of messages that are parked again and have no readable date. */
  readonly unreadable: number;
  /** The messages that are parked now. */
  readonly left: readonly ParkedMessage[];
}

/** @param open the result of followRedrive */
export const endOfRedrive = async (
  stack: Stack,
  dates: readonly Day[],
  open: ReadonlySet<Day>,
): Promise<RedriveEnd> => {
  const parked = await peekMessages(stack.sqs, outputOf(stack, OUTPUT.parkedQueueUrl));
  const left = parked.filter(({ message }) => message === null || dates.includes(message.date));
  // Not from the messages alone: one that another command or a summary is reading is not visible.
  const states = await readDayStates(openLedger(stack), dates);
  const failed = dates.filter((date) => states.get(date)?.state === 'parked' && !open.has(date));
  const again = new Set([...datesOf(left), ...failed]);
  const unfinished = [...open].filter((date) => !again.has(date)).length;
  return {
    settled: dates.length - again.size - unfinished,
    again: again.size,
    unfinished,
    unreadable: left.filter(({ message }) => message === null).length,
    left,
  };
};
