import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { deployment as logError } from '../../services/log-error/deployment.ts';
import { deployment as planner } from '../../services/planner/deployment.ts';
import { deployment as receiver } from '../../services/receiver/deployment.ts';
import { deployment as summary } from '../../services/summary/deployment.ts';
import { deployment as watcher } from '../../services/watcher/deployment.ts';
import { deployment as worker } from '../../services/worker/deployment.ts';
import type { Amount, Deployment, QueueSource, Right, RightTarget } from '../../shared/core/deployment.ts';
import { ENV, LOGICAL_ID } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';
import { type EnvironmentProps, environmentOf } from './environment.ts';
import { HandlerFunction } from './handler-function.ts';

export type HandlersProps = EnvironmentProps;

type NumberSetting = {
  [Name in keyof Settings]-?: Settings[Name] extends number ? Name : never;
}[keyof Settings];

/** The functions as described in services/<function>/deployment.ts. */
export class Handlers extends Construct {
  readonly planner: HandlerFunction;
  readonly worker: HandlerFunction;
  readonly logError: HandlerFunction;
  readonly summary: HandlerFunction;
  /** Only with the setting webhooks. */
  readonly receiver: HandlerFunction | undefined;
  /** Only with the setting mornings. */
  readonly watcher: HandlerFunction | undefined;
  /** Rights on the state machine, which is created after the functions that it invokes. */
  readonly rightsOnRun = new Map<HandlerFunction, readonly Right[]>();
  private readonly props: HandlersProps;

  constructor(scope: Construct, id: string, props: HandlersProps) {
    super(scope, id);
    this.props = props;
    this.planner = this.add(planner);
    this.worker = this.add(worker);
    this.logError = this.add(logError);
    this.summary = this.add(summary);
    this.receiver = props.settings.webhooks ? this.add(receiver) : undefined;
    this.watcher = props.settings.mornings ? this.add(watcher) : undefined;
  }

  private add(deployment: Deployment<NumberSetting>): HandlerFunction {
    const { settings } = this.props;
    const { source } = deployment;
    const { environment = [], rights = [] } = (settings.webhooks && deployment.withWebhooks) || {};
    const values = environmentOf(this.props);
    const reserved = source?.reservesConcurrency ? source.concurrency : deployment.reservedConcurrency;
    const handler = new HandlerFunction(this, LOGICAL_ID[deployment.name], {
      handler: deployment.handler,
      description: deployment.description,
      timeout: Duration.seconds(this.amount(deployment.timeoutSeconds)),
      memorySize: deployment.memoryMb,
      environment: Object.fromEntries(
        [...deployment.environment, ...environment].map((name) => [ENV[name], values[name]]),
      ),
      logRetention: settings.logRetentionDays,
      ...(settings.reserveConcurrency &&
        reserved !== undefined && { reservedConcurrentExecutions: this.amount(reserved) }),
    });
    const onRun: Right[] = [];
    for (const right of [...deployment.rights, ...rights]) {
      if (right.on === 'syncRun') onRun.push(right);
      else handler.allow(right.sid, right.actions, this.arn(right.on), right.keyPrefixes);
    }
    if (onRun.length > 0) this.rightsOnRun.set(handler, onRun);
    if (source !== undefined) this.consume(handler, source);
    return handler;
  }

  private consume(handler: HandlerFunction, source: QueueSource<NumberSetting>): void {
    const { batchSize, batchingWindowSeconds: window, concurrency } = source;
    const queue = { workQueue: this.props.queues.work, deadLetterQueue: this.props.queues.deadLetter };
    handler.function.addEventSource(
      new SqsEventSource(queue[source.queue], {
        batchSize: this.amount(batchSize),
        ...(window !== undefined && { maxBatchingWindow: Duration.seconds(this.amount(window)) }),
        ...(concurrency !== undefined && { maxConcurrency: this.amount(concurrency) }),
        reportBatchItemFailures: true,
      }),
    );
  }

  private amount(amount: Amount<NumberSetting>): number {
    return typeof amount === 'number' ? amount : this.props.settings[amount.setting];
  }

  private arn(target: Exclude<RightTarget, 'syncRun'>): string {
    const { settings, tables, queues } = this.props;
    const parameter = (name: string) =>
      Stack.of(this).formatArn({ service: 'ssm', resource: `parameter${name}` });
    return {
      ouraSleepTable: tables.sleep.tableArn,
      ouraSyncTable: tables.sync.tableArn,
      workQueue: queues.work.queueArn,
      deadLetterQueue: queues.deadLetter.queueArn,
      parkedQueue: queues.parked.queueArn,
      ouraApiKeyParameter: parameter(settings.ouraApiKeyParameter),
      webhookParameter: parameter(settings.webhookParameter),
    }[target];
  }
}
