import { IntegrationPattern, JsonPath, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
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

/** The states of a run: Plan, then Summarize in every case. JSONPath only, because the local interpreter requires it. */
export const syncRunDefinition = (scope: Construct, props: SyncRunDefinitionProps): LambdaInvoke => {
  const plan = new LambdaInvoke(scope, 'Plan', {
    lambdaFunction: props.planner.function,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: TaskInput.fromObject({
      task_token: JsonPath.taskToken,
      run_id: JsonPath.stringAt('$$.Execution.Name'),
      input: JsonPath.objectAt('$$.Execution.Input'),
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
  return plan;
};
