import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENV, LOGICAL_ID, OUTPUT, SSM_REFERENCE } from '../shared/contract/names.ts';
import { DailySchedule } from './constructs/daily-schedule.ts';
import { HandlerFunction, type HandlerFunctionProps } from './constructs/handler-function.ts';
import { Observability } from './constructs/observability.ts';
import { SleepTables } from './constructs/sleep-tables.ts';
import { SyncRun } from './constructs/sync-run.ts';
import { WorkQueues } from './constructs/work-queues.ts';
import type { Settings } from './settings.ts';
import { oldestWorkMessageSeconds, planTimeoutSeconds } from './timing.ts';

export interface OuraSyncStackProps {
  readonly settings: Settings;
}

/** Messages that one log-error invocation takes at most: up to ten, SQS asks for no batching window. */
const LOG_ERROR_BATCH_SIZE = 10;

const LEDGER = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'];

/** The whole pipeline: schedule -> SyncRun -> planner -> work queue -> worker -> OuraSleepTable, and the way of failures. */
export class OuraSyncStack extends Stack {
  private readonly settings: Settings;
  private readonly tables: SleepTables;
  private readonly queues: WorkQueues;

  constructor(scope: Construct, id: string, { settings }: OuraSyncStackProps) {
    super(scope, id, { description: 'Syncs Oura sleep data into DynamoDB' });
    this.settings = settings;
    this.tables = new SleepTables(this, 'Tables');
    this.queues = new WorkQueues(this, 'Queues', { settings });
    const planner = this.planner();
    const worker = this.worker();
    const logError = this.logError();
    const summary = this.summary();
    const syncRun = new SyncRun(this, 'Run', {
      planner,
      summary,
      planTimeout: Duration.seconds(planTimeoutSeconds(settings)),
      // The invocation and its start; Lambda ends the function itself earlier.
      summaryTimeout: Duration.seconds(settings.summaryTimeoutSeconds + 30),
      logRetention: settings.logRetentionDays,
    });
    new DailySchedule(this, 'Daily', { ...settings, stateMachine: syncRun.stateMachine });
    // Who settles the last date completes Plan: the planner where there is nothing to do.
    syncRun.allowCallback(planner);
    syncRun.allowCallback(worker);
    syncRun.allowCallback(logError);
    new Observability(this, 'Observability', {
      queues: this.queues,
      stateMachine: syncRun.stateMachine,
      oldestWorkMessageSeconds: oldestWorkMessageSeconds(settings),
      ...(settings.alarmEmail !== undefined && { alarmEmail: settings.alarmEmail }),
      ...(settings.runbookUrl !== undefined && { runbookUrl: settings.runbookUrl }),
    });
    this.outputs(syncRun.stateMachine.stateMachineArn);
  }

  private planner(): HandlerFunction {
    const { settings, tables, queues } = this;
    const planner = this.handler(LOGICAL_ID.planner, {
      handler: 'services/planner/handler.ts',
      description: 'Decides which dates to sync and queues them',
      timeout: Duration.seconds(settings.plannerTimeoutSeconds),
      environment: {
        ...this.ouraEnvironment(),
        [ENV.ouraSleepTable]: tables.sleep.tableName,
        [ENV.ouraSyncTable]: tables.sync.tableName,
        [ENV.workQueueUrl]: queues.work.queueUrl,
        [ENV.lookBackDays]: String(settings.lookBackDays),
        [ENV.runRetentionDays]: String(settings.runRetentionDays),
      },
    });
    planner.allow('ReadNights', ['dynamodb:BatchGetItem'], tables.sleep.tableArn);
    planner.allow('KeepLedger', LEDGER, tables.sync.tableArn);
    planner.allow('QueueDates', ['sqs:SendMessage'], queues.work.queueArn);
    this.allowOura(planner);
    return planner;
  }

  private worker(): HandlerFunction {
    const { settings, tables, queues } = this;
    const worker = this.handler(LOGICAL_ID.worker, {
      handler: 'services/worker/handler.ts',
      description: 'Fetches, validates and stores the nights of a batch of dates',
      timeout: Duration.seconds(settings.workerTimeoutSeconds),
      environment: {
        ...this.ouraEnvironment(),
        [ENV.ouraSleepTable]: tables.sleep.tableName,
        [ENV.ouraSyncTable]: tables.sync.tableName,
        [ENV.workQueueUrl]: queues.work.queueUrl,
        [ENV.deadLetterQueueUrl]: queues.deadLetter.queueUrl,
        [ENV.retryBaseSeconds]: String(settings.retryBaseSeconds),
        [ENV.maxReceiveCount]: String(settings.maxReceiveCount),
        [ENV.runRetentionDays]: String(settings.runRetentionDays),
      },
      // As many as the event source starts: fewer, and it would read messages that nobody may work on.
      ...(settings.reserveConcurrency && { reservedConcurrentExecutions: settings.concurrency }),
    });
    worker.allow('StoreNights', [...LEDGER, 'dynamodb:PutItem'], tables.sleep.tableArn);
    worker.allow('KeepLedger', LEDGER, tables.sync.tableArn);
    worker.allow('GiveUpDates', ['sqs:SendMessage'], queues.deadLetter.queueArn);
    this.allowOura(worker);
    this.consume(worker, queues.work, {
      batchSize: settings.batchSize,
      maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
      maxConcurrency: settings.concurrency,
    });
    return worker;
  }

  private logError(): HandlerFunction {
    const { settings, tables, queues } = this;
    const logError = this.handler(LOGICAL_ID.logError, {
      handler: 'services/log-error/handler.ts',
      description: 'Logs what failed for good and parks it',
      timeout: Duration.seconds(settings.logErrorTimeoutSeconds),
      environment: {
        [ENV.ouraSyncTable]: tables.sync.tableName,
        [ENV.parkedQueueUrl]: queues.parked.queueUrl,
        [ENV.runRetentionDays]: String(settings.runRetentionDays),
      },
    });
    logError.allow('KeepLedger', LEDGER, tables.sync.tableArn);
    logError.allow('ParkDates', ['sqs:SendMessage'], queues.parked.queueArn);
    this.consume(logError, queues.deadLetter, { batchSize: LOG_ERROR_BATCH_SIZE });
    return logError;
  }

  private summary(): HandlerFunction {
    const { settings, tables } = this;
    const summary = this.handler(LOGICAL_ID.summary, {
      handler: 'services/summary/handler.ts',
      description: 'Closes a run and reports it',
      timeout: Duration.seconds(settings.summaryTimeoutSeconds),
      environment: {
        [ENV.ouraSyncTable]: tables.sync.tableName,
        [ENV.runRetentionDays]: String(settings.runRetentionDays),
      },
    });
    summary.allow('KeepLedger', LEDGER, tables.sync.tableArn);
    return summary;
  }

  private handler(id: string, props: Omit<HandlerFunctionProps, 'logRetention'>): HandlerFunction {
    return new HandlerFunction(this, id, { ...props, logRetention: this.settings.logRetentionDays });
  }

  private ouraEnvironment(): Record<string, string> {
    const { ouraApiBaseUrl, ouraApiKeyParameter, timeZone } = this.settings;
    return {
      [ENV.ouraApiBaseUrl]: ouraApiBaseUrl,
      [ENV.ouraApiKey]: `${SSM_REFERENCE}${ouraApiKeyParameter}`,
      [ENV.timeZone]: timeZone,
    };
  }

  /** The key's SecureString. Under the key `aws/ssm`, its default, Systems Manager decrypts for whoever may read. */
  private allowOura(handler: HandlerFunction): void {
    const { ouraApiKeyParameter } = this.settings;
    const parameter = this.formatArn({ service: 'ssm', resource: `parameter${ouraApiKeyParameter}` });
    handler.allow('ReadOuraApiKey', ['ssm:GetParameter'], parameter);
  }

  /** Feeds `queue` to `handler`, which names the messages that go back; allows it to receive, delete and put off. */
  private consume(handler: HandlerFunction, queue: Queue, props: SqsEventSourceProps): void {
    handler.function.addEventSource(new SqsEventSource(queue, { ...props, reportBatchItemFailures: true }));
  }

  private outputs(syncRunArn: string): void {
    const { settings, tables, queues } = this;
    const values: Record<(typeof OUTPUT)[keyof typeof OUTPUT], string> = {
      [OUTPUT.ouraSleepTable]: tables.sleep.tableName,
      [OUTPUT.ouraSyncTable]: tables.sync.tableName,
      [OUTPUT.workQueueUrl]: queues.work.queueUrl,
      [OUTPUT.deadLetterQueueUrl]: queues.deadLetter.queueUrl,
      [OUTPUT.parkedQueueUrl]: queues.parked.queueUrl,
      [OUTPUT.syncRun]: syncRunArn,
      [OUTPUT.ouraApiKeyParameter]: settings.ouraApiKeyParameter,
      [OUTPUT.timeZone]: settings.timeZone,
    };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
