import { basename, dirname } from 'node:path';
import { StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { readSettings } from '../../../cdk/settings.ts';
import { openLogFile } from '../../../services/cli/target/log-file.ts';
import { type CreateHandler, importHandler } from '../../../services/local/emulators/functions.ts';
import { queueArn } from '../../../services/local/resources/queue.ts';
import type { ServedWebhooks } from '../../../services/local/services.ts';
import { type LocalRuntime, startLocal } from '../../../services/local/start.ts';
import type { Template } from '../../../services/local/template/parse-template.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import type { Day } from '../../../shared/core/day.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { stackTemplate } from '../../helpers/stack-template.ts';

/** The time of the tests. The simulated data does not change within the next hour. */
export const NOON = Date.parse('2026-03-10T12:00:00-07:00');
export const TODAY: Day = '2026-03-10';
/** The newest date that is over at {@link NOON}: only such a date gets a reason if it has no night. */
export const LAST_OVER: Day = '2026-03-09';
export const TIME_ZONE = 'America/Los_Angeles';

/** The simulated Oura's clock does not move, so the duration of a test does not change its responses. */
export const STANDING_CLOCK: Clock = { now: () => NOON };

/** A function of the pipeline, by its folder under services/. */
type FunctionName = 'planner' | 'worker' | 'log-error' | 'summary' | 'receiver' | 'watcher';

export interface PipelineOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly baseUrl: string;
  /** Settings on top of the defaults and a retry base of 0.1 s. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly changeTemplate?: (template: Template) => Template;
  /** Wraps the handlers, e.g. with a crash or a second delivery. */
  readonly around?: Partial<Record<FunctionName, (create: CreateHandler) => CreateHandler>>;
  /** The module of the DynamoDB engine's thread. */
  readonly engine?: URL;
  /** Where the HTTP API is served. Needs the setting webhooks. */
  readonly webhooks?: ServedWebhooks;
}

/** The whole pipeline in this process, as in `npm start`, with its log in the data folder. */
export const startPipeline = async (options: PipelineOptions): Promise<LocalRuntime> => {
  const { dataDir, clock, baseUrl, around = {}, changeTemplate = (template: Template) => template } = options;
  const settings = readSettings({
    timeZone: TIME_ZONE,
    retryBaseSeconds: 0.1,
    ...options.settings,
    ouraApiBaseUrl: baseUrl,
  });
  const log = openLogFile(dataDir, clock);
  const runtime = await startLocal({
    settings,
    dataDir,
    clock,
    template: changeTemplate(await stackTemplate(settings)),
    secrets: { [settings.ouraApiKeyParameter]: 'simulated' },
    console: log.console,
    schedule: false,
    ...(options.engine && { engine: options.engine }),
    ...(options.webhooks && { webhooks: options.webhooks }),
    loadHandler: async (path) => {
      const create = await importHandler(path);
      return around[basename(dirname(path)) as FunctionName]?.(create) ?? create;
    },
  });
  return {
    ...runtime,
    stop: async () => {
      await runtime.stop();
      // An invocation that timed out can still log. As on AWS, that line is lost with the process.
      await log.close().catch(() => undefined);
    },
  };
};

/** Returns the template with `change` applied to the properties of one resource. */
export const changed =
  (logicalId: string, change: (properties: Record<string, unknown>) => Record<string, unknown>) =>
  (template: Template): Template => {
    const copy = structuredClone(template) as {
      Resources: Record<string, { Properties: Record<string, unknown> }>;
    };
    const resource = copy.Resources[logicalId];
    if (!resource) throw new Error(`The template has no ${logicalId}`);
    resource.Properties = change(resource.Properties);
    return copy as Template;
  };

/** Shortens the visibility timeout, which is otherwise six times the worker's timeout. */
export const visibleAgainAfter = (VisibilityTimeout: number) =>
  changed(LOGICAL_ID.workQueue, (properties) => ({ ...properties, VisibilityTimeout }));

/** Moves everything parked back to the work queue and waits until it has settled. */
export const redrive = async (runtime: LocalRuntime): Promise<void> => {
  await runtime.clients.sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: queueArn(LOGICAL_ID.parkedQueue),
      DestinationArn: queueArn(LOGICAL_ID.workQueue),
    }),
  );
  // The move starts in the next turn of the event loop. Until then the work queue is still idle.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await runtime.idle();
};
