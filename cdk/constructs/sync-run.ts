import { Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Right } from '../../shared/core/deployment.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { HandlerFunction } from './handler-function.ts';
import { nameResource } from './logical-id.ts';
import { type SyncRunDefinitionProps, syncRunDefinition } from './sync-run-definition.ts';

export interface SyncRunProps extends SyncRunDefinitionProps {
  readonly logRetention: RetentionDays;
}

/** The state machine `SyncRun`, Plan then Summarize. */
export class SyncRun extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: SyncRunProps) {
    super(scope, id);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'One run of the Oura sleep sync',
      definitionBody: DefinitionBody.fromChainable(syncRunDefinition(this, props)),
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

  /** Gives `handler` a right on the state machine. A policy of its own: in the function's default one it would make a cycle. */
  allow(handler: HandlerFunction, { sid, actions }: Right): void {
    new Policy(this, `${handler.node.id}Callback`, {
      roles: [handler.role],
      statements: [
        new PolicyStatement({
          sid,
          actions: [...actions],
          resources: [this.stateMachine.stateMachineArn],
        }),
      ],
    });
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
