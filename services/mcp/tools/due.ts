import { z } from 'zod';
import { readDueDates } from '../../operations/status/due-dates.ts';
import { limitInput } from '../inputs.ts';
import { raiseLimit, tool } from '../tool.ts';

export const due = tool({
  name: 'due',
  title: 'What is due',
  description:
    'What happens next: the dates that the next sync requests and why (missing, or a provisional night that is read again), when each other provisional night is read again, and what the user must do.',
  input: z.strictObject({ limit_kb: limitInput }),
  writes: false,
  run: async (_, { stack, state }) => {
    // Without a schedule, the user starts the next sync.
    const startsAt = state.nextRun === null ? stack.clock.now() : Date.parse(state.nextRun);
    const { next, later } = await readDueDates(stack, startsAt);
    return {
      facts: {
        next_sync: state.nextRun,
        to_sync_now: state.actions.sync,
        user_must: state.problems.flatMap(({ action }) => action ?? []),
        next_sync_requests: next.length,
      },
      lists: [
        { name: 'requested_next', items: next, rest: raiseLimit('due', next, 'dates of the next sync') },
        { name: 'read_again_later', items: later, rest: raiseLimit('due', later, 'later re-reads') },
      ],
      about: [{}],
    };
  },
});
