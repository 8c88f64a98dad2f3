import { IntegrationPattern, JsonPath, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { HandlerFunction } from './handler-function.ts';

export interface SyncRunDefinitionProps {
  /** Writes the run, queues its dates, and returns; whoever settles the last date completes `Plan`. */
  readonly planner: HandlerFunction;
  /** Reports the run, whether `Plan` completed, failed or timed out. */
  readonly summary: HandlerFunction;
  /** How long `Plan` waits for the last date. */
  readonly planTimeout: Duration;
  /** How long one `Summarize` may take, over the function's own timeout. */
  readonly summaryTimeout: Duration;
}

/**
 * Lambda's own failures, after which the same call may work. Our errors are not among them: a handler knows better
 * than the state machine what may be tried again. Attempts after 2, 4, 8, 16 and 32 s: a minute in all.
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

/** The states of a run: Plan, then Summarize whatever became of it. JSONPath throughout, as the local interpreter wants. */
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
