import { readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { boolean, type InferType, mixed, number, object, string } from 'yup';
import type { Settings } from '../../../cdk/settings.ts';
import { isSameSecret } from '../../../shared/core/same-secret.ts';
import { drawNonce, proofOf } from './access-keys.ts';
import { writeDurably } from './write-durably.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const runtimeSchema = object({
  /** The folder that the process serves. In a copy of the folder, they name the original. */
  dataDir: string().required(),
  inode: string().required(),
  pid: number().required(),
  endpoint: string().required(),
  /** Whether its functions run. If not, messages stay in their queues. */
  consumes: boolean().required(),
  /** The keys that its endpoint requires. */
  accessKeyId: string().required(),
  secretAccessKey: string().required(),
  /** The page that it serves, and the key with which other processes make an address that opens it. */
  page: object({ url: string().required(), tokenKey: string().required() }).optional().default(undefined),
  settings: mixed<Settings>((value): value is Settings => isObject(value)).required(),
  /** The stack's outputs: a client finds the queues and tables without synthesis. */
  outputs: mixed<Record<string, string>>((value): value is Record<string, string> =>
    isObject(value),
  ).required(),
}).required();

/** The process that serves a data folder. */
export type RunningRuntime = InferType<typeof runtimeSchema>;

/** Long enough for a process on a busy machine. A port without a process refuses the connection at once. */
const HEALTH_TIMEOUT_MS = 5000;

const pathIn = (dataDir: string): string => join(dataDir, 'runtime.json');

/** A copy has another path or, in the place of the original, another inode. */
const identityOf = (dataDir: string): Pick<RunningRuntime, 'dataDir' | 'inode'> => ({
  dataDir: realpathSync(dataDir),
  inode: String(statSync(dataDir, { bigint: true }).ino),
});

export const writeRuntimeFile = (dataDir: string, runtime: Omit<RunningRuntime, 'dataDir' | 'inode'>): void =>
  writeDurably(pathIn(dataDir), JSON.stringify({ ...identityOf(dataDir), ...runtime }));

/** Adds the page to the runtime file, if this process has written it. */
export const announcePage = (dataDir: string, page: { url: string; tokenKey: string }): void => {
  const runtime = read(dataDir);
  if (runtime?.pid === process.pid) writeDurably(pathIn(dataDir), JSON.stringify({ ...runtime, page }));
};

export const removeRuntimeFile = (dataDir: string): void => rmSync(pathIn(dataDir), { force: true });

const read = (dataDir: string): RunningRuntime | undefined => {
  try {
    const runtime = runtimeSchema.validateSync(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
    const folder = identityOf(dataDir);
    return runtime.dataDir === folder.dataDir && runtime.inode === folder.inode ? runtime : undefined;
  } catch {
    // No valid file, so no process serves the folder.
    return undefined;
  }
};

/** Reads at most about `most` bytes: an impostor could send gigabytes. */
const textOf = async ({ body }: Response, most: number): Promise<string> => {
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.length > most) break;
  }
  return text;
};

/**
 * Finds the process that serves `dataDir`. A killed process leaves its file, and another account may listen on its port
 * since. So the process proves that it has the secret key, before anything is sent to it.
 */
export const findRunning = async (dataDir: string): Promise<RunningRuntime | undefined> => {
  const runtime = read(dataDir);
  if (!runtime) return undefined;
  const nonce = drawNonce();
  try {
    const response = await fetch(`${runtime.endpoint}/health?nonce=${nonce}`, {
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
      redirect: 'error',
    });
    const proof = JSON.stringify({ mac: proofOf(runtime, runtime.endpoint, nonce) });
    return isSameSecret(await textOf(response, proof.length), proof) ? runtime : undefined;
  } catch {
    return undefined;
  }
};
