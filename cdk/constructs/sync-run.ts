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
  readonly stackName: string;
  readonly logRetention: RetentionDays;
}

export class SyncRun extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: SyncRunProps) {
    super(scope, id);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'One run of the Oura sleep sync',
      definitionBody: DefinitionBody.fromChainable(syncRunDefinition(this, props)),
      // The role below has all permissions. The CDK's grants would add every version of the functions.
      role: this.role([props.planner, props.summary]).withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          // Step Functions adds each other log group to one resource policy of the account, which has at most 5,120 characters.
          // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
          logGroupName: `/aws/vendedlogs/states/${props.stackName}-${LOGICAL_ID.syncRun}`,
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // The execution data contain the task token, which allows anyone to complete the task.
        includeExecutionData: false,
      },
    });
    nameResource(this.stateMachine, LOGICAL_ID.syncRun);
  }

  /** Grants rights on the state machine. A separate policy, because the function's default policy would create a cycle. */
  allow(handler: HandlerFunction, rights: readonly Right[]): void {
    const resources = [this.stateMachine.stateMachineArn];
    new Policy(this, `${handler.node.id}Callback`, {
      roles: [handler.role],
      statements: rights.map(
        ({ sid, actions }) => new PolicyStatement({ sid, actions: [...actions], resources }),
      ),
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
      // Log delivery and X-Ray have no resource types: AWS accepts only "*".
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
      // Inline, because AWS rejects a state machine whose role cannot deliver logs yet.
      inlinePolicies: { SyncRun: new PolicyDocument({ statements }) },
    });
  }
}
