import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Aws, Duration, TimeZone } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { HandlerFunction } from './handler-function.ts';
import { nameResource } from './logical-id.ts';

export interface MorningWatchProps {
  readonly watcher: HandlerFunction;
  /** An IANA name. */
  readonly timeZone: string;
}

/**
 * Invokes the watcher every 15 minutes, at any hour: the usual wake-up time is learnt, and shift workers wake up in the afternoon.
 * The schedule does not start runs (docs/decisions/0024).
 */
export class MorningWatch extends Construct {
  constructor(scope: Construct, id: string, { watcher, timeZone }: MorningWatchProps) {
    super(scope, id);
    const { functionArn } = watcher.function;
    const role = new Role(this, 'Role', {
      // Only for schedules of this account.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Watch: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] })],
        }),
      },
    });
    const watch = new Schedule(this, 'Schedule', {
      description: 'Asks for last night in the morning',
      schedule: ScheduleExpression.expression('cron(0/15 * * * ? *)', TimeZone.of(timeZone)),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(watcher.function, {
        // The role above has all permissions. The CDK's grant would add every version of the function.
        role: role.withoutPolicyUpdates(),
        // The next invocation follows anyway.
        maxEventAge: Duration.minutes(10),
        retryAttempts: 2,
      }),
    });
    nameResource(watch, LOGICAL_ID.morningWatch);
  }
}
