import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type CfnSchedule,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Duration, TimeZone } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { nameResource } from './logical-id.ts';

export interface DailyScheduleProps {
  readonly stateMachine: StateMachine;
  /** An EventBridge cron expression of six fields, in `timeZone`. */
  readonly schedule: string;
  /** An IANA name. */
  readonly timeZone: string;
}

export class DailySchedule extends Construct {
  readonly schedule: CfnSchedule;

  constructor(scope: Construct, id: string, { stateMachine, schedule, timeZone }: DailyScheduleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      // Only for schedules of this account.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const daily = new Schedule(this, 'Schedule', {
      description: 'Starts the daily run',
      schedule: ScheduleExpression.expression(schedule, TimeZone.of(timeZone)),
      timeWindow: TimeWindow.off(),
      target: new StepFunctionsStartExecution(stateMachine, {
        role,
        input: ScheduleTargetInput.fromObject({ trigger: 'schedule' }),
        // After six hours, the next day's run plans the same dates anyway.
        maxEventAge: Duration.hours(6),
        retryAttempts: 20,
      }),
    });
    nameResource(daily, LOGICAL_ID.dailySync);
    this.schedule = daily.node.defaultChild as CfnSchedule;
  }
}
