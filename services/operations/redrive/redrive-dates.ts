import type { Day } from '../../../shared/core/day.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger } from '../ledger.ts';
import { outputOf, type Stack } from '../stack.ts';
import { consumedDepths } from './follow-redrive.ts';
import { type ParkedMessage, peekMessages } from './parked-messages.ts';

/** What is parked, and what a redrive would wait for. */
export interface RedrivePlan {
  readonly parked: readonly ParkedMessage[];
  /** In order. Where nothing is parked: what an earlier redrive moved and is not settled yet. */
  readonly dates: readonly Day[];
}

export const planRedrive = async (stack: Stack): Promise<RedrivePlan> => {
  const parked = await peekMessages(stack.sqs, outputOf(stack, OUTPUT.parkedQueueUrl));
  const dates = parked.length > 0 ? datesOf(parked) : await movedBefore(stack);
  return { parked, dates };
};

const datesOf = (parked: readonly ParkedMessage[]): Day[] =>
  [...new Set(parked.flatMap(({ message }) => message?.date ?? []))].sort();

/**
 * The dates that have not settled while messages are under way: a redrive that was stopped or killed has moved them, and no
 * worker has settled them since. None where the queues are empty.
 */
const movedBefore = async (stack: Stack): Promise<Day[]> => {
  if ((await consumedDepths(stack)).every((count) => count === 0)) return [];
  const entries = await Array.fromAsync(openLedger(stack).days.scan());
  return entries.filter(({ state }) => state === 'parked' || state === 'failed').map(({ date }) => date);
};

/** How a redrive ended. */
export interface RedriveEnd {
  readonly settled: number;
  /** Dates that failed and are parked again. */
  readonly again: number;
  readonly unfinished: number;
  /** Messages that are parked again and hold no date that could be read. */
  readonly unreadable: number;
  /** The messages that are parked now. */
  readonly left: readonly ParkedMessage[];
}

/** @param open the dates without a settled word, as followRedrive returned them */
export const endOfRedrive = async (
  stack: Stack,
  dates: readonly Day[],
  open: ReadonlySet<Day>,
): Promise<RedriveEnd> => {
  const parked = await peekMessages(stack.sqs, outputOf(stack, OUTPUT.parkedQueueUrl));
  const left = parked.filter(({ message }) => message === null || dates.includes(message.date));
  const again = new Set(datesOf(left));
  const unfinished = [...open].filter((date) => !again.has(date)).length;
  return {
    settled: dates.length - again.size - unfinished,
    again: again.size,
    unfinished,
    unreadable: left.filter(({ message }) => message === null).length,
    left,
  };
};
