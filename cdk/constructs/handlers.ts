import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENV, LOGICAL_ID, SSM_REFERENCE } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';
import { HandlerFunction, type HandlerFunctionProps } from './handler-function.ts';
import type { SleepTables } from './sleep-tables.ts';
import type { WorkQueues } from './work-queues.ts';

export interface HandlersProps {
  readonly settings: Settings;
  readonly tables: SleepTables;
  readonly queues: WorkQueues;
}

/** Messages that one log-error invocation takes at most: up to ten, SQS asks for no batching window. */
const LOG_ERROR_BATCH_SIZE = 10;

/** What keeping the ledger takes: runs, dates and locks are only ever updated, item by item. */
const LEDGER = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'];

/** The four functions: what each is told and, action by action, what it may do. */
export class Handlers extends Construct {
  readonly planner: HandlerFunction;
  readonly worker: HandlerFunction;
  readonly logError: HandlerFunction;
  readonly summary: HandlerFunction;

  constructor(scope: Construct, id: string, props: HandlersProps) {
    super(scope, id);
    this.planner = this.addPlanner(props);
    this.worker = this.addWorker(props);
    this.logError = this.addLogError(props);
    this.summary = this.addSummary(props);
  }

  private addPlanner({ settings, tables, queues }: HandlersProps): HandlerFunction {
    const planner = this.add(LOGICAL_ID.planner, settings, {
      handler: 'services/planner/handler.ts',
      description: 'Decides which dates to sync and queues them',
      timeout: Duration.seconds(settings.plannerTimeoutSeconds),
      environment: {
        ...ouraEnvironment(settings),
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
    allowOura(planner, settings);
    return planner;
  }

  private addWorker({ settings, tables, queues }: HandlersProps): HandlerFunction {
    const worker = this.add(LOGICAL_ID.worker, settings, {
      handler: 'services/worker/handler.ts',
      description: 'Fetches, validates and stores the nights of a batch of dates',
      timeout: Duration.seconds(settings.workerTimeoutSeconds),
      environment: {
        ...ouraEnvironment(settings),
        [ENV.ouraSleepTable]: tables.sleep.tableName,
        [ENV.ouraSyncTable]: tables.sync.tableName,
        [ENV.workQueueUrl]: queues.work.queueUrl,
        [ENV.deadLetterQueueUrl]: queues.deadLetter.queueUrl,
        [ENV.retryBaseSeconds]: String(settings.retryBaseSeconds),
        [ENV.maxReceiveCount]: String(settings.maxReceiveCount),
        [ENV.runRetentionDays]: String(settings.runRetentionDays),
      },
      // As many as the event source starts: with fewer, it would read messages that nobody may work on.
      ...(settings.reserveConcurrency && { reservedConcurrentExecutions: settings.concurrency }),
    });
    worker.allow('StoreNights', [...LEDGER, 'dynamodb:PutItem'], tables.sleep.tableArn);
    worker.allow('KeepLedger', LEDGER, tables.sync.tableArn);
    worker.allow('GiveUpDates', ['sqs:SendMessage'], queues.deadLetter.queueArn);
    allowOura(worker, settings);
    consume(worker, queues.work, {
      batchSize: settings.batchSize,
      maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
      maxConcurrency: settings.concurrency,
    });
    return worker;
  }

  private addLogError({ settings, tables, queues }: HandlersProps): HandlerFunction {
    const logError = this.add(LOGICAL_ID.logError, settings, {
      handler: 'services/log-error/handler.ts',
      description: 'Logs what failed for good and parks it',
      timeout: Duration.seconds(settings.logErrorTimeoutSeconds),
      environment: {
        [ENV.ouraSyncTable]: tables.sync.tableName,
        [ENV.parkedQueueUrl]: queues.parked.queueUrl,
        [ENV.maxReceiveCount]: String(settings.maxReceiveCount),
        [ENV.runRetentionDays]: String(settings.runRetentionDays),
      },
    });
    // It writes down, and reads nothing back: test/cdk/least-privilege.test.ts would tell.
    logError.allow('KeepLedger', ['dynamodb:UpdateItem'], tables.sync.tableArn);
    logError.allow('ParkDates', ['sqs:SendMessage'], queues.parked.queueArn);
    consume(logError, queues.deadLetter, { batchSize: LOG_ERROR_BATCH_SIZE });
    return logError;
  }

  private addSummary({ settings, tables }: HandlersProps): HandlerFunction {
    const summary = this.add(LOGICAL_ID.summary, settings, {
      handler: 'services/summary/handler.ts',
      description: 'Closes a run and reports it',
      timeout: Duration.seconds(settings.summaryTimeoutSeconds),
      environment: {
        [ENV.ouraSyncTable]: tables.sync.tableName,
        [ENV.runRetentionDays]: String(settings.runRetentionDays),
        [ENV.timeZone]: settings.timeZone,
      },
    });
    summary.allow('KeepLedger', LEDGER, tables.sync.tableArn);
    return summary;
  }

  private add(id: string, settings: Settings, props: Omit<HandlerFunctionProps, 'logRetention'>) {
    return new HandlerFunction(this, id, {
      ...props,
      environment: { ...props.environment, [ENV.metricsNamespace]: settings.stackName },
      logRetention: settings.logRetentionDays,
    });
  }
}

const ouraEnvironment = (settings: Settings): Record<string, string> => ({
  [ENV.ouraApiBaseUrl]: settings.ouraApiBaseUrl,
  [ENV.ouraApiKey]: `${SSM_REFERENCE}${settings.ouraApiKeyParameter}`,
  [ENV.timeZone]: settings.timeZone,
  [ENV.requestsPerMinute]: String(settings.requestsPerMinute),
});

/**
 * The SecureString of the key, or of the connection, which is replaced at each refresh. Under the key `aws/ssm`, its
 * default, Systems Manager encrypts and decrypts for whoever may write and read: no permission of KMS is needed.
 */
const allowOura = (handler: HandlerFunction, { ouraApiKeyParameter }: Settings): void => {
  const parameter = { service: 'ssm', resource: `parameter${ouraApiKeyParameter}` };
  const actions = ['ssm:GetParameter', 'ssm:PutParameter'];
  handler.allow('KeepOuraApiKey', actions, Stack.of(handler).formatArn(parameter));
};

/** Feeds `queue` to `handler`, which names the messages that go back; allows it to receive, delete and put off. */
const consume = (handler: HandlerFunction, queue: Queue, props: SqsEventSourceProps): void =>
  handler.function.addEventSource(new SqsEventSource(queue, { ...props, reportBatchItemFailures: true }));
