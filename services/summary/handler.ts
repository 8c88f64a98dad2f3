import { type SummaryEvent, summaryEventSchema } from '../../shared/contract/messages.ts';
import { ENV } from '../../shared/contract/names.ts';
import { requireEnv, requireNumberEnv } from '../../shared/runtime/env.ts';
import { createLog } from '../../shared/runtime/logger.ts';
import { createMetrics } from '../../shared/runtime/metrics.ts';
import { deployed, type Handler, type Surroundings } from '../../shared/runtime/surroundings.ts';
import { createDays } from '../../shared/store/days.ts';
import { createRuns } from '../../shared/store/runs.ts';
import { type RunSummary, summarize } from './summarize.ts';

const METRIC_OF = {
  complete: 'runsComplete',
  partial: 'runsPartial',
  failed: 'runsFailed',
  incomplete: 'runsIncomplete',
} as const;

/** The state `Summarize`: closes the run; what it returns is the execution's output. */
export const createHandler = (surroundings: Surroundings): Handler<unknown, RunSummary> => {
  const { env, clock, dynamodb, console } = surroundings;
  const log = createLog('summary', console);
  const metrics = createMetrics('summary', console);
  const syncTable = requireEnv(env, ENV.ouraSyncTable);
  const runs = createRuns(dynamodb, syncTable, clock, requireNumberEnv(env, ENV.runRetentionDays));
  const days = createDays(dynamodb, syncTable);

  return async (event) => {
    const parsed: SummaryEvent = summaryEventSchema.validateSync(event);
    const summary = await summarize(parsed, runs, days);
    const { run_id, status, cause, counts, unfinished } = summary;
    log.info('Summarized', {
      run_id,
      status,
      cause,
      counts,
      failed: summary.failures.map(({ date }) => date),
      unfinished,
    });
    if (status !== 'running') metrics.count(METRIC_OF[status], 1);
    if (cause === 'CredentialsRejected' || cause === 'AccessForbidden')
      metrics.count('credentialsRejected', 1);
    metrics.flush();
    return summary;
  };
};

export const handler = deployed(createHandler);
