import { z } from 'zod';
import { readNightsStatus } from '../../operations/status/nights-status.ts';
import { statusReport } from '../../operations/status/status-report.ts';
import { tool } from '../tool.ts';

export const status = tool({
  name: 'status',
  title: 'Sync status',
  description:
    'Whether nights arrive: the last run, the next one, how many nights are stored and from when to when, the queues, and every problem with what to do about it.',
  input: z.strictObject({}),
  writes: false,
  run: async (_, { stack, state }) => ({
    facts: { ...statusReport({ state, nights: await readNightsStatus(stack, state) }) },
    about: [{}],
  }),
});
