import { type Dependencies, deployed, type Handler } from '../../shared/aws/runtime/dependencies.ts';
import { lambdaAccessToken } from '../../shared/aws/runtime/lambda-access-token.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { createMetrics } from '../../shared/aws/runtime/metrics.ts';
import { createMorningWatch } from '../../shared/aws/store/morning-watch.ts';
import { createRateLimit } from '../../shared/aws/store/rate-limit.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { requireEnv, requireNumberEnv } from '../../shared/core/env.ts';
import { ENV, SERVICE } from '../../shared/core/names.ts';
import { createOuraClient } from '../../shared/oura/api/client.ts';
import { observeCalls } from '../../shared/oura/api/observe-calls.ts';
import { OuraFailure } from '../../shared/oura/errors.ts';
import { createRateBudget } from '../../shared/oura/pace/budget.ts';
import { hasLastNight } from './has-last-night.ts';
import { type Found, watchMorning } from './watch-morning.ts';

/** The watcher: a schedule invokes it every 15 minutes. */
export const createHandler = (dependencies: Dependencies): Handler<unknown, { found: Found }> => {
  const { env, clock, dynamodb, sfn, console } = dependencies;
  const log = createLog(SERVICE.watcher, console);
  const metrics = createMetrics(SERVICE.watcher, requireEnv(env, ENV.metricsNamespace), console);
  const syncTable = requireEnv(env, ENV.ouraSyncTable);
  const token = lambdaAccessToken(dependencies, requireEnv(env, ENV.ouraApiKey), syncTable, log);
  const baseUrl = requireEnv(env, ENV.ouraApiBaseUrl);
  const rateLimit = createRateLimit(dynamodb, syncTable);
  const requestsPerMinute = requireNumberEnv(env, ENV.requestsPerMinute);
  const parts = {
    clock,
    log,
    sfn,
    stateMachineArn: requireEnv(env, ENV.syncRun),
    timeZone: requireEnv(env, ENV.timeZone),
    sleepTable: createSleepTable(dynamodb, requireEnv(env, ENV.ouraSleepTable)),
    watch: createMorningWatch(dynamodb, syncTable),
  };

  return async (_event, context) => {
    const timeLeft = () => context.getRemainingTimeInMillis();
    const budget = createRateBudget({ clock, rateLimit, requestsPerMinute, timeLeft });
    try {
      const found = await watchMorning({
        ...parts,
        hasLastNight: async (day, count) => {
          const client = createOuraClient({
            baseUrl,
            accessToken: () => token.get(timeLeft),
            // The next invocation is the retry.
            retries: 0,
            timeLeft,
            observe: observeCalls(metrics),
            admit: async () => {
              await count();
              await budget.admit('whole');
            },
          });
          const ask = () => hasLastNight(client, day, clock.now());
          return ask().catch(async (error: unknown) => {
            const isRenewed =
              error instanceof OuraFailure && error.rejectsToken && (await token.renew(timeLeft));
            if (!isRenewed) throw error;
            return ask();
          });
        },
      });
      return { found };
    } catch (error: unknown) {
      log.error('The morning could not be watched', {}, error);
      throw error;
    } finally {
      metrics.flush();
    }
  };
};

export const handler = deployed(createHandler);
