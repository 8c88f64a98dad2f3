import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { boolean, type InferType, mixed, number, object, string } from 'yup';
import type { Settings } from '../../../cdk/settings.ts';
import { writeDurably } from './write-durably.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const runtimeSchema = object({
  pid: number().required(),
  endpoint: string().required(),
  /** What /health answers while this very process serves. */
  id: string().required(),
  /** Whether its functions run: where they do not, what is put into a queue only waits. */
  consumes: boolean().required(),
  /** What a client of its SSM must sign with. */
  accessKeyId: string().required(),
  /** What the process was started with. */
  settings: mixed<Settings>((value): value is Settings => isObject(value)).required(),
  /** The stack's outputs, so that who asks need not synthesize the stack to find the queues and tables. */
  outputs: mixed<Record<string, string>>((value): value is Record<string, string> =>
    isObject(value),
  ).required(),
}).required();

/** The process that serves a data folder. */
export type RunningRuntime = InferType<typeof runtimeSchema>;

/** The name by which /health shows whose endpoint this is. */
export const SERVICE_NAME = 'oura-sleep-sync';

/** Health answers at once or not at all. */
const HEALTH_TIMEOUT_MS = 1000;

const pathIn = (dataDir: string): string => join(dataDir, 'runtime.json');

/** Says in `dataDir` who serves it, readable by the owner only. */
export const writeRuntimeFile = (dataDir: string, runtime: RunningRuntime): void =>
  writeDurably(pathIn(dataDir), JSON.stringify(runtime));

export const removeRuntimeFile = (dataDir: string): void => rmSync(pathIn(dataDir), { force: true });

const read = (dataDir: string): RunningRuntime | undefined => {
  try {
    return runtimeSchema.validateSync(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
  } catch {
    // No file, or none of ours: nobody who wrote one is running.
    return undefined;
  }
};

/** The process that serves `dataDir` now: the file may be left from one that was killed, so /health has the say. */
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
