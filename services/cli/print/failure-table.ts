import { UNREAD } from '../../operations/status/failures.ts';
import type { FailureGroup } from '../../operations/status/pipeline-state.ts';
import type { Target } from './advice.ts';
import { malformedAdvice } from './redrive-report.ts';
import { createTable } from './table.ts';

/** Further ones are shown as an ellipsis. */
const SHOWN = 8;

const firstOf = (lines: readonly string[], count = lines.length): string =>
  [...lines.slice(0, SHOWN), ...(count > SHOWN ? ['…'] : [])].join('\n');

/** What went wrong: one error has different messages if dates have different faults. */
const textsOf = ({ message, dates }: FailureGroup): string[] =>
  dates.length === 0 ? [message] : [...new Set(dates.map((date) => date.message))];

export const failureTable = (groups: readonly FailureGroup[], target: Target): string => {
  if (groups.length === 0) return 'No failed dates.';
  const whichOf = ({ dates, messages }: FailureGroup): string[] => [
    ...dates.map(({ date }) => date),
    ...messages.map(({ message_id, date }) =>
      [...(date === null ? [] : [date]), 'message', message_id].join(' '),
    ),
  ];
  const table = createTable(
    [{ title: 'cause' }, { title: 'count' }, { title: 'which' }, { title: 'message' }],
    groups.map((group) => [
      group.cause,
      String(group.count),
      group.cause === UNREAD ? 'unknown' : firstOf(whichOf(group), group.count),
      firstOf(textsOf(group)),
    ]),
  );
  const isMalformed = groups.some(({ messages }) => messages.some(({ date }) => date === null));
  return isMalformed ? `${table}\n${malformedAdvice(target)}` : table;
};
