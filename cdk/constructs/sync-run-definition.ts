import {
  Choice,
  Condition,
  type IChainable,
  IntegrationPattern,
  JsonPath,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { RunInput } from '../../shared/core/messages.ts';
import { WEBHOOK_GATHERING_SECONDS } from '../../shared/core/webhook-events.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface SyncRunDefinitionProps {
  /** Writes the run, queues its dates and returns. The function that settles the last date completes `Plan`. */
  readonly planner: HandlerFunction;
  /** Summarizes the run after `Plan` completed, failed or timed out. */
  readonly summary: HandlerFunction;
  /** How long `Plan` waits for the last date. */
  readonly planTimeout: Duration;
  /** How long `Summarize` waits, longer than the function's timeout. */
  readonly summaryTimeout: Duration;
  /** Whether events of Oura start runs. */
  readonly webhooks: boolean;
}

/**
 * The transient failures of Lambda. Errors of a handler are not included, because the handler decides about its retries.
 * Retries after 2, 4, 8, 16 and 32 s, about a minute in total.
 */
const LAMBDA_UNAVAILABLE = {
  errors: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  interval: Duration.seconds(2),
  maxAttempts: 5,
  backoffRate: 2,
};

/** A run that an event started waits for the other events of the burst before its Plan. */
const afterGathering = (scope: Construct, plan: LambdaInvoke): IChainable => {
  const trigger = '$.trigger';
  // A missing trigger would end the execution here. The planner rejects it, and the run is summarized.
  const isWebhook = Condition.and(
    Condition.isPresent(trigger),
    Condition.stringEquals(trigger, 'webhook' satisfies RunInput['trigger']),
  );
  const gather = new Wait(scope, 'Gather', {
    time: WaitTime.duration(Duration.seconds(WEBHOOK_GATHERING_SECONDS)),
  });
  return new Choice(scope, 'Trigger').when(isWebhook, gather.next(plan)).otherwise(plan);
};

/** The states of a run: Plan, then Summarize in every case. JSONPath only, because the local interpreter requires it. */
export const syncRunDefinition = (scope: Construct, props: SyncRunDefinitionProps): IChainable => {
  const plan = new LambdaInvoke(scope, 'Plan', {
    lambdaFunction: props.planner.function,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: TaskInput.fromObject({
      task_token: JsonPath.taskToken,
      run_id: JsonPath.stringAt('$$.Execution.Name'),
      input: JsonPath.objectAt('$$.Execution.Input'),
      ...(props.webhooks && { state_machine: JsonPath.stateMachineId }),
    }),
    resultPath: '$.plan',
    taskTimeout: Timeout.duration(props.planTimeout),
    retryOnServiceExceptions: false,
  });
  const summarize = new LambdaInvoke(scope, 'Summarize', {
    lambdaFunction: props.summary.function,
    payload: TaskInput.fromObject({
      run_id: JsonPath.stringAt('$$.Execution.Name'),
      state: JsonPath.objectAt('$'),
    }),
    outputPath: '$.Payload',
    taskTimeout: Timeout.duration(props.summaryTimeout),
    retryOnServiceExceptions: false,
  });
  plan.addRetry(LAMBDA_UNAVAILABLE);
  summarize.addRetry(LAMBDA_UNAVAILABLE);
  plan.addCatch(summarize, { errors: ['States.ALL'], resultPath: '$.failure' });
  plan.next(summarize);
  return props.webhooks ? afterGathering(scope, plan) : plan;
};
