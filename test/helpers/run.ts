import type { Run } from '../../shared/core/ledger.ts';

/** A newly opened run without dates, with `fields` on top. */
export const runOf = (fields: Partial<Run>): Run => ({
  run_id: 'run-1',
  trigger: 'manual',
  started_at: '2026-03-10T20:00:00.000Z',
  finished_at: null,
  cause: null,
  requests: 0,
  pending: [],
  stored: [],
  unchanged: [],
  no_data: [],
  not_over: [],
  remarks: [],
  failed: [],
  ...fields,
});
