import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Duration, TimeZone } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { nameResource } from './logical-id.ts';

export interface DailyScheduleProps {
  readonly stateMachine: StateMachine;
  /** EventBridge cron expression of six fields, on the clock of `timeZone`. */
  readonly schedule: string;
  /** IANA name; noon stays noon when the clocks change. */
  readonly timeZone: string;
}

/** Starts the state machine at the scheduled time, to the minute. */
export class DailySchedule extends Construct {
  constructor(scope: Construct, id: string, { stateMachine, schedule, timeZone }: DailyScheduleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      // Only on behalf of this account, whoever else has a schedule.
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
        // Started within six hours, or left to the next day, which looks back over the same dates.
        maxEventAge: Duration.hours(6),
        retryAttempts: 20,
      }),
    });
    nameResource(daily, LOGICAL_ID.dailySync);
  }
}
