import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningRuntime } from '../../services/local/data-folder/runtime-file.ts';

/** What the process that serves a data folder has written down: its endpoint, keys and outputs. */
export const runtimeOf = (dataDir: string): RunningRuntime & { outputs: Record<string, string> } =>
  JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8'));
