import { type Dependencies, deployed, type Handler } from '../../shared/aws/runtime/dependencies.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { createMetrics } from '../../shared/aws/runtime/metrics.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { createNewestNight } from '../../shared/aws/store/latest-day.ts';
import { createRuns } from '../../shared/aws/store/runs.ts';
import { isLookBack } from '../../shared/core/choose-dates.ts';
import { dayIn } from '../../shared/core/day.ts';
import { requireEnv, requireNumberEnv } from '../../shared/core/env.ts';
import { type SummaryEvent, summaryEventSchema } from '../../shared/core/messages.ts';
import { ENV, SERVICE } from '../../shared/core/names.ts';
import { measure } from './measure.ts';
import { oldestParkedDays } from './oldest-parked.ts';
import { type RunSummary, summarize } from './summarize.ts';

/** The state `Summarize`: closes the run. Its result is the output of the execution. */
export const createHandler = (dependencies: Dependencies): Handler<unknown, RunSummary> => {
  const { env, clock, dynamodb, sqs, console } = dependencies;
  const log = createLog(SERVICE.summary, console);
  const metrics = createMetrics(SERVICE.summary, requireEnv(env, ENV.metricsNamespace), console);
  const syncTable = requireEnv(env, ENV.ouraSyncTable);
  const runs = createRuns(dynamodb, syncTable, clock, requireNumberEnv(env, ENV.runRetentionDays));
  const days = createDays(dynamodb, syncTable);
  const newestNight = createNewestNight(dynamodb, syncTable);
  const timeZone = requireEnv(env, ENV.timeZone);
  const parkedQueueUrl = requireEnv(env, ENV.parkedQueueUrl);

  /** The run is summarized even if the parked queue cannot be read. */
  const oldestParked = (timeLeft: () => number): Promise<number | undefined> =>
    oldestParkedDays({ sqs, url: parkedQueueUrl, now: clock.now(), timeLeft }).catch((error: unknown) => {
      log.error('Could not read the parked queue', {}, error);
      return undefined;
    });

  return async (event, context) => {
    const parsed: SummaryEvent = summaryEventSchema.validateSync(event);
    const [run, newest, oldest] = await Promise.all([
      summarize(parsed, runs, days),
      newestNight.get(),
      oldestParked(() => context.getRemainingTimeInMillis()),
    ]);
    const { run_id, status, cause, counts, failed_by_cause, first_failures, first_unfinished } = run;
    log.info('Summarized', {
      run_id,
      status,
      cause,
      counts,
      failed_by_cause,
      first_failed: first_failures.map(({ date }) => date),
      first_unfinished,
    });
    measure(metrics, {
      run,
      isScheduled: run.trigger === 'schedule',
      isLookBack: isLookBack(parsed.state),
      newest,
      today: dayIn(timeZone, clock.now()),
      oldestParkedDays: oldest,
    });
    metrics.flush();
    return run;
  };
};

export const handler = deployed(createHandler);
