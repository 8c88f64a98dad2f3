import { type Dependencies, deployed, type Handler } from '../../shared/aws/runtime/dependencies.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { createMetrics } from '../../shared/aws/runtime/metrics.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { createNewestNight } from '../../shared/aws/store/latest-day.ts';
import { createRuns } from '../../shared/aws/store/runs.ts';
import { dayIn } from '../../shared/core/day.ts';
import { requireEnv, requireNumberEnv } from '../../shared/core/env.ts';
import { type SummaryEvent, summaryEventSchema } from '../../shared/core/messages.ts';
import { ENV, SERVICE } from '../../shared/core/names.ts';
import { measure } from './measure.ts';
import { type RunSummary, summarize } from './summarize.ts';

/** The state `Summarize`: closes the run. Its result is the output of the execution. */
export const createHandler = (dependencies: Dependencies): Handler<unknown, RunSummary> => {
  const { env, clock, dynamodb, console } = dependencies;
  const log = createLog(SERVICE.summary, console);
  const metrics = createMetrics(SERVICE.summary, requireEnv(env, ENV.metricsNamespace), console);
  const syncTable = requireEnv(env, ENV.ouraSyncTable);
  const runs = createRuns(dynamodb, syncTable, clock, requireNumberEnv(env, ENV.runRetentionDays));
  const days = createDays(dynamodb, syncTable);
  const newestNight = createNewestNight(dynamodb, syncTable);
  const timeZone = requireEnv(env, ENV.timeZone);

  return async (event) => {
    const parsed: SummaryEvent = summaryEventSchema.validateSync(event);
    const [summary, newest] = await Promise.all([summarize(parsed, runs, days), newestNight.get()]);
    const { run_id, status, cause, counts, failed_by_cause, first_failures, first_unfinished } = summary;
    log.info('Summarized', {
      run_id,
      status,
      cause,
      counts,
      failed_by_cause,
      first_failed: first_failures.map(({ date }) => date),
      first_unfinished,
    });
    measure(metrics, summary, newest, dayIn(timeZone, clock.now()));
    metrics.flush();
    return summary;
  };
};

export const handler = deployed(createHandler);
