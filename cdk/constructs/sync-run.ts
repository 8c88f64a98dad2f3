import { Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  IntegrationPattern,
  JsonPath,
  LogLevel,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LOGICAL_ID } from '../../shared/contract/names.ts';
import type { HandlerFunction } from './handler-function.ts';
import { nameResource } from './logical-id.ts';

export interface SyncRunProps {
  /** Writes the run, queues its dates, and returns; whoever settles the last date completes `Plan`. */
  readonly planner: HandlerFunction;
  /** Reports the run, whether `Plan` completed, failed or timed out. */
  readonly summary: HandlerFunction;
  /** How long `Plan` waits for the last date. */
  readonly planTimeout: Duration;
  /** How long one `Summarize` may take, over the function's own timeout. */
  readonly summaryTimeout: Duration;
  readonly logRetention: RetentionDays;
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

/** The state machine `SyncRun`, Plan then Summarize, in JSONPath throughout. */
export class SyncRun extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: SyncRunProps) {
    super(scope, id);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'One run of the Oura sleep sync',
      definitionBody: DefinitionBody.fromChainable(this.definition(props)),
      // The role below says it all: CDK's own grants would add every version of the functions.
      role: this.role([props.planner, props.summary]).withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // The execution's data hold the task token, with which anyone may complete the task.
        includeExecutionData: false,
      },
    });
    nameResource(this.stateMachine, LOGICAL_ID.syncRun);
  }

  /** Allows `handler` to complete `Plan`. A policy of its own: in the function's default one it would make a cycle. */
  allowCallback(handler: HandlerFunction): void {
    new Policy(this, `${handler.node.id}Callback`, {
      roles: [handler.role],
      statements: [
        new PolicyStatement({
          sid: 'CompletePlan',
          actions: ['states:SendTaskSuccess'],
          resources: [this.stateMachine.stateMachineArn],
        }),
      ],
    });
  }

  private definition(props: SyncRunProps): LambdaInvoke {
    const plan = new LambdaInvoke(this, 'Plan', {
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
    const summarize = new LambdaInvoke(this, 'Summarize', {
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
  }

  private role(handlers: readonly HandlerFunction[]): Role {
    const allow = (sid: string, actions: string[], resources: string[]) =>
      new PolicyStatement({ sid, actions, resources });
    const statements = [
      allow(
        'InvokeHandlers',
        ['lambda:InvokeFunction'],
        handlers.map((handler) => handler.function.functionArn),
      ),
      // Log delivery and X-Ray know no resources: "*" is all that AWS takes.
      // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
      allow(
        'DeliverLogs',
        [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
        ],
        ['*'],
      ),
      allow(
        'Trace',
        [
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
        ],
        ['*'],
      ),
    ];
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      // Inline, since the state machine is refused at creation where its role cannot deliver logs yet.
      inlinePolicies: { SyncRun: new PolicyDocument({ statements }) },
    });
  }
}
