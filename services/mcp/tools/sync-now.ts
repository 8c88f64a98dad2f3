import { z } from 'zod';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
import { startManualRun } from '../../operations/runs/executions.ts';
import { followRun } from '../../operations/runs/follow-run.ts';
import { summaryOf } from '../../operations/status/sync-state.ts';
import { dayInput } from '../inputs.ts';
import { tool } from '../tool.ts';

/** Nothing would work on the run. */
class NothingRuns extends AppError {
  override readonly name = 'NothingRuns';
  override readonly consequences: Consequences = INCORRECT;
}

/** Clients give up after a minute [MCP SDK]. A run of the look-back takes seconds. */
const FOLLOWED_MS = 30_000;
const POLL_MS = 500;

export const syncNow = tool({
  name: 'sync_now',
  title: 'Sync now',
  description:
    'Asks Oura for new and changed nights now, or for the dates of a range, and waits up to half a minute for the result. Nights are only added or revised, never deleted.',
  input: z.strictObject({
    from: dayInput('first date; default: the look-back').optional(),
    to: dayInput('last date, included').optional(),
  }),
  writes: true,
  run: async (range, { stack, state }) => {
    if (state.process?.consumes !== true)
      throw new NothingRuns(`Nothing is running that could sync: ${state.actions.start}.`);
    const started = await startManualRun(stack, range);
    const ended = await followRun(stack, started, {
      signal: AbortSignal.timeout(FOLLOWED_MS),
      pollMs: POLL_MS,
      look: () => {},
    });
    const { run_id } = started;
    return {
      facts: ended?.run
        ? { run: summaryOf(ended.run, true) }
        : { run: { run_id, status: ended?.status ?? 'running' }, to_see_its_end: 'call status' },
      about: [{}],
    };
  },
});
