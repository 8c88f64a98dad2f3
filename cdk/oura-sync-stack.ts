import { CfnOutput, Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { NO_ALARM_MAIL, OUTPUT } from '../shared/core/names.ts';
import { checkEsbuild } from './check-esbuild.ts';
import { Alarms } from './constructs/alarms.ts';
import { ArrivalsDashboard } from './constructs/arrivals-dashboard.ts';
import { dashboardPage, executionsPage, queuePage } from './constructs/console-links.ts';
import { DailySchedule } from './constructs/daily-schedule.ts';
import { SyncDashboard } from './constructs/dashboard.ts';
import { Handlers } from './constructs/handlers.ts';
import { MorningWatch } from './constructs/morning-watch.ts';
import { Operator } from './constructs/operator.ts';
import { SleepTables } from './constructs/sleep-tables.ts';
import { SyncRun } from './constructs/sync-run.ts';
import { WebhookApi } from './constructs/webhook-api.ts';
import { WorkQueues } from './constructs/work-queues.ts';
import type { Settings } from './settings.ts';
import { planTimeoutSeconds, summarizeTimeoutSeconds } from './timing.ts';

export interface OuraSyncStackProps {
  readonly settings: Settings;
}

type OutputName = (typeof OUTPUT)[keyof typeof OUTPUT];
type OptionalOutput = (typeof OUTPUT)['workoutsUser' | 'settings' | 'webhookUrl' | 'webhookParameter'];

/** The whole pipeline: schedule -> SyncRun -> planner -> work queue -> worker -> OuraSleepTable. */
export class OuraSyncStack extends Stack {
  constructor(scope: Construct, id: string, { settings }: OuraSyncStackProps) {
    super(scope, id, { description: 'Syncs Oura sleep data into DynamoDB' });
    if (this.bundlingRequired) checkEsbuild();
    const tables = new SleepTables(this, 'Tables', { settings });
    const queues = new WorkQueues(this, 'Queues', { settings });
    const handlers = new Handlers(this, 'Handlers', { settings, tables, queues });
    const { planner, summary } = handlers;
    const syncRun = new SyncRun(this, 'Run', {
      stackName: settings.stackName,
      planner,
      summary,
      planTimeout: Duration.seconds(planTimeoutSeconds(settings)),
      summaryTimeout: Duration.seconds(summarizeTimeoutSeconds(settings)),
      logRetention: settings.logRetentionDays,
      webhooks: settings.webhooks,
    });
    for (const [handler, rights] of handlers.rightsOnRun) syncRun.allow(handler, rights);
    const { stateMachine } = syncRun;
    const { receiver } = handlers;
    const webhooks = receiver && new WebhookApi(this, 'Webhooks', { settings, receiver });
    const { schedule, timeZone } = settings;
    const daily = new DailySchedule(this, 'Daily', { stateMachine, schedule, timeZone });
    if (handlers.watcher) new MorningWatch(this, 'Mornings', { watcher: handlers.watcher, timeZone });
    const watched = { settings, queues, handlers, stateMachine };
    const alarms = new Alarms(this, 'Alarms', watched);
    new SyncDashboard(this, 'Watch', { ...watched, alarms: alarms.alarms });
    if (webhooks) new ArrivalsDashboard(this, 'Arrivals', { settings, receiver, webhooks });
    const { policy } = new Operator(this, 'Operator', {
      ...watched,
      tables,
      alarms,
      schedule: daily.schedule,
    });
    this.output({
      [OUTPUT.ouraSleepTable]: tables.sleep.tableName,
      [OUTPUT.ouraSyncTable]: tables.sync.tableName,
      [OUTPUT.workoutsTable]: tables.workouts.tableName,
      [OUTPUT.workoutsOwner]: tables.workouts.owner,
      ...(settings.workoutsUser !== undefined && { [OUTPUT.workoutsUser]: settings.workoutsUser }),
      [OUTPUT.workQueueUrl]: queues.work.queueUrl,
      [OUTPUT.deadLetterQueueUrl]: queues.deadLetter.queueUrl,
      [OUTPUT.parkedQueueUrl]: queues.parked.queueUrl,
      [OUTPUT.workQueueArn]: queues.work.queueArn,
      [OUTPUT.deadLetterQueueArn]: queues.deadLetter.queueArn,
      [OUTPUT.parkedQueueArn]: queues.parked.queueArn,
      [OUTPUT.workQueuePage]: queuePage(queues.work),
      [OUTPUT.deadLetterQueuePage]: queuePage(queues.deadLetter),
      [OUTPUT.parkedQueuePage]: queuePage(queues.parked),
      [OUTPUT.executionsPage]: executionsPage(stateMachine),
      [OUTPUT.dashboardPage]: dashboardPage(settings.stackName),
      [OUTPUT.operatorPolicy]: policy.managedPolicyArn,
      [OUTPUT.alarmMail]: settings.alarmEmail ?? NO_ALARM_MAIL,
      [OUTPUT.syncRun]: stateMachine.stateMachineArn,
      [OUTPUT.ouraApiKeyParameter]: settings.ouraApiKeyParameter,
      ...(webhooks && {
        [OUTPUT.webhookUrl]: webhooks.url,
        [OUTPUT.webhookParameter]: settings.webhookParameter,
      }),
      [OUTPUT.timeZone]: timeZone,
      [OUTPUT.lookBackDays]: String(settings.lookBackDays),
      [OUTPUT.ouraApiBaseUrl]: settings.ouraApiBaseUrl,
    });
  }

  private output(values: Record<Exclude<OutputName, OptionalOutput>, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
