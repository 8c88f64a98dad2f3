import { setTimeout as wait } from 'node:timers/promises';
import { type Dependencies, deployed, type Handler } from '../../shared/aws/runtime/dependencies.ts';
import { lambdaAccessToken } from '../../shared/aws/runtime/lambda-access-token.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { createMetrics } from '../../shared/aws/runtime/metrics.ts';
import { completeIfDone } from '../../shared/aws/store/complete-run.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { createPlannedThrough } from '../../shared/aws/store/latest-day.ts';
import { parameterStore } from '../../shared/aws/store/parameter-store.ts';
import { createPendingEvents } from '../../shared/aws/store/pending-events.ts';
import { createPlannedScopes } from '../../shared/aws/store/planned-scopes.ts';
import { createRateLimit } from '../../shared/aws/store/rate-limit.ts';
import { createRuns } from '../../shared/aws/store/runs.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { startSync } from '../../shared/aws/store/start-sync.ts';
import { createWebhookSubscriptions } from '../../shared/aws/store/webhook-subscriptions.ts';
import { createWebhookUser } from '../../shared/aws/store/webhook-user.ts';
import { requireEnv, requireNumberEnv } from '../../shared/core/env.ts';
import { planEventSchema } from '../../shared/core/messages.ts';
import { ENV, SERVICE } from '../../shared/core/names.ts';
import { checkCredentials } from '../../shared/oura/api/check-credentials.ts';
import { createOuraClient } from '../../shared/oura/api/client.ts';
import { countCalls, observeCalls } from '../../shared/oura/api/observe-calls.ts';
import { createRateBudget } from '../../shared/oura/pace/budget.ts';
import type { EventParts } from './events-of-run.ts';
import { learnUser } from './learn-user.ts';
import { plan } from './plan.ts';
import { renewDaily } from './renew-daily.ts';

/** Kept from the look-ups for the rest of the plan, so that an outage of Oura does not stop it. */
const AFTER_LOOK_UPS_MS = 8_000;

/** The state `Plan`: chooses the dates to request and queues them. The state's result comes from the callback. */
export const createHandler = (dependencies: Dependencies): Handler<unknown, { queued: number }> => {
  const { env, clock, dynamodb, sqs, sfn, console } = dependencies;
  const log = createLog(SERVICE.planner, console);
  const metrics = createMetrics(SERVICE.planner, requireEnv(env, ENV.metricsNamespace), console);
  const syncTable = requireEnv(env, ENV.ouraSyncTable);
  const token = lambdaAccessToken(dependencies, requireEnv(env, ENV.ouraApiKey), syncTable, log);
  const parts = {
    clock,
    log,
    sqs,
    runs: createRuns(dynamodb, syncTable, clock, requireNumberEnv(env, ENV.runRetentionDays)),
    days: createDays(dynamodb, syncTable),
    sleepTable: createSleepTable(dynamodb, requireEnv(env, ENV.ouraSleepTable)),
    plannedThrough: createPlannedThrough(dynamodb, syncTable),
    plannedScopes: createPlannedScopes(dynamodb, syncTable),
    scopes: token.storedScopes,
    workQueueUrl: requireEnv(env, ENV.workQueueUrl),
    timeZone: requireEnv(env, ENV.timeZone),
    lookBackDays: requireNumberEnv(env, ENV.lookBackDays),
    completeIfDone: completeIfDone.bind(undefined, sfn),
  };
  const pending = createPendingEvents(dynamodb, syncTable, clock);
  const user = createWebhookUser(dynamodb, syncTable);
  const baseUrl = requireEnv(env, ENV.ouraApiBaseUrl);
  const rateLimit = createRateLimit(dynamodb, syncTable);
  const requestsPerMinute = requireNumberEnv(env, ENV.requestsPerMinute);
  const renewal = {
    ...parts,
    metrics,
    baseUrl,
    credentials: parameterStore(dependencies.ssm, requireEnv(env, ENV.ouraApiKey)),
    subscriptions: createWebhookSubscriptions(dynamodb, syncTable),
  };

  const startNext = async (stateMachineArn: string): Promise<void> => {
    try {
      await startSync(await pending.add([]), [], { sfn, stateMachineArn, pending });
    } catch (error: unknown) {
      metrics.count('webhookStartsFailed', 1);
      log.error('Could not start the next run', {}, error);
    }
  };

  return async (event, context) => {
    const calls = countCalls(observeCalls(metrics));
    const timeLeft = () => context.getRemainingTimeInMillis();
    const clientWithin = (left: () => number) => {
      const budget = createRateBudget({ clock, rateLimit, requestsPerMinute, timeLeft: left });
      return createOuraClient({
        baseUrl,
        accessToken: () => token.get(left),
        // An outage of Oura does not stop the plan. One retry distinguishes it from a lost packet.
        retries: 1,
        timeLeft: left,
        observe: calls.observe,
        admit: () => budget.admit('whole'),
      });
    };
    try {
      const client = clientWithin(timeLeft);
      const planEvent = planEventSchema.validateSync(event);
      const { state_machine: stateMachineArn } = planEvent;
      const events: EventParts | undefined =
        stateMachineArn === undefined
          ? undefined
          : {
              ...{ clock, log, metrics, pending, wait },
              client: clientWithin(() => timeLeft() - AFTER_LOOK_UPS_MS),
              startNext: () => startNext(stateMachineArn),
            };
      const planned = await plan(planEvent, {
        ...parts,
        events,
        preflight: async (today) => {
          const answer = await checkCredentials(client, today, () => token.renew(timeLeft));
          if (events && answer === 'accepted') await learnUser(client, user);
        },
        takeRequests: calls.take,
      });
      // After the dates are queued, so that no night waits for it.
      if (planEvent.state_machine !== undefined) await renewDaily(renewal, timeLeft);
      return { queued: planned.length };
    } catch (error: unknown) {
      log.error('The plan failed', {}, error);
      throw error;
    } finally {
      metrics.flush();
    }
  };
};

export const handler = deployed(createHandler);
