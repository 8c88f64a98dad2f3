import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { boolean, type InferType, mixed, number, object, string } from 'yup';
import type { Settings } from '../../../cdk/settings.ts';
import { writeDurably } from './write-durably.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const runtimeSchema = object({
  pid: number().required(),
  endpoint: string().required(),
  /** The ID that /health returns while this process serves. */
  id: string().required(),
  /** Whether its functions run. If not, messages stay in their queues. */
  consumes: boolean().required(),
  /** The access key ID that its SSM requires. */
  accessKeyId: string().required(),
  settings: mixed<Settings>((value): value is Settings => isObject(value)).required(),
  /** The stack's outputs: a client finds the queues and tables without synthesis. */
  outputs: mixed<Record<string, string>>((value): value is Record<string, string> =>
    isObject(value),
  ).required(),
}).required();

/** The process that serves a data folder. */
export type RunningRuntime = InferType<typeof runtimeSchema>;

/** The service name in the response of /health. */
export const SERVICE_NAME = 'oura-sleep-sync';

const HEALTH_TIMEOUT_MS = 1000;

const pathIn = (dataDir: string): string => join(dataDir, 'runtime.json');

export const writeRuntimeFile = (dataDir: string, runtime: RunningRuntime): void =>
  writeDurably(pathIn(dataDir), JSON.stringify(runtime));

export const removeRuntimeFile = (dataDir: string): void => rmSync(pathIn(dataDir), { force: true });

const read = (dataDir: string): RunningRuntime | undefined => {
  try {
    return runtimeSchema.validateSync(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
  } catch {
    // No valid file, so no process serves the folder.
    return undefined;
  }
};

/** Finds the process that serves `dataDir`. A killed process leaves its file, so /health decides. */
export const findRunning = async (dataDir: string): Promise<RunningRuntime | undefined> => {
  const runtime = read(dataDir);
  if (!runtime) return undefined;
  try {
    const response = await fetch(`${runtime.endpoint}/health`, {
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    const health = (await response.json()) as { id?: unknown; service?: unknown };
    return health.service === SERVICE_NAME && health.id === runtime.id ? runtime : undefined;
  } catch {
    return undefined;
  }
};
