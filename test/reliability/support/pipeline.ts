import { basename, dirname } from 'node:path';
import { StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { readSettings } from '../../../cdk/settings.ts';
import { openLogFile } from '../../../services/cli/target/log-file.ts';
import { type CreateHandler, importHandler } from '../../../services/local/emulators/functions.ts';
import { type LocalRuntime, startLocal } from '../../../services/local/start.ts';
import { synthesize, type Template } from '../../../services/local/template/parse-template.ts';
import { queueArn } from '../../../services/local/resources/queue.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import type { Day } from '../../../shared/core/day.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';

/** When the tests run: nothing that the simulated Oura knows changes within the hour. */
export const NOON = Date.parse('2026-03-10T12:00:00-07:00');
export const TODAY: Day = '2026-03-10';
export const TIME_ZONE = 'America/Los_Angeles';

/** The simulated Oura's clock stands still, so that it gives the same answers however long a test takes. */
export const STANDING_CLOCK: Clock = { now: () => NOON };

/** A function of the pipeline, by its folder under services/. */
export type FunctionName = 'planner' | 'worker' | 'log-error' | 'summary';

export interface PipelineOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly baseUrl: string;
  /** Over the defaults and a retry base of 0.1 s. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly changeTemplate?: (template: Template) => Template;
  /** Puts something around the handlers: a crash, a second delivery. */
  readonly around?: Partial<Record<FunctionName, (create: CreateHandler) => CreateHandler>>;
}

/** The whole pipeline in this process, as `npm start` runs it; its log is in the data folder. */
export const startPipeline = async (options: PipelineOptions): Promise<LocalRuntime> => {
  const { dataDir, clock, baseUrl, around = {}, changeTemplate = (template: Template) => template } = options;
  const settings = readSettings({
    timeZone: TIME_ZONE,
    retryBaseSeconds: 0.1,
    ...options.settings,
    ouraApiBaseUrl: baseUrl,
  });
  const log = openLogFile(dataDir);
  const runtime = await startLocal({
    settings,
    dataDir,
    clock,
    template: changeTemplate(await synthesize(settings)),
    secrets: { [settings.ouraApiKeyParameter]: 'simulated' },
    console: log.console,
    schedule: false,
    loadHandler: async (path) => {
      const create = await importHandler(path);
      return around[basename(dirname(path)) as FunctionName]?.(create) ?? create;
    },
  });
  return {
    ...runtime,
    stop: async () => {
      await runtime.stop();
      // An invocation that timed out may still write: its line is lost with the process, as on AWS.
      await log.close().catch(() => undefined);
    },
  };
};

/** The same template, with `change` made to the properties of one resource. */
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

/** What a worker that did not answer held shows again after `VisibilityTimeout` seconds, in place of six times its timeout. */
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
  // The move takes its first step in the next turn: before it, the work queue would still be idle.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await runtime.idle();
};
