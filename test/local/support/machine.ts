import { Console } from 'node:console';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { readSettings } from '../../../cdk/settings.ts';
import type { CreateHandler } from '../../../services/local/emulators/functions.ts';
import type { LocalOptions, StartOptions } from '../../../services/local/start.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { smallTemplate } from './small-template.ts';

const folders: string[] = [];

/** A new folder in the system's temporary folder. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'oura-sync-test-'));
  folders.push(folder);
  return folder;
};

export const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

/** A console and the text written to it. */
export const captured = (): { console: Console; text: () => string } => {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { console: new Console(stream), text: () => text };
};

export const localOptions = (dataDir: string, more: Partial<LocalOptions> = {}): LocalOptions => ({
  settings: readSettings({}),
  template: smallTemplate(),
  dataDir,
  clock: systemClock,
  secrets: {},
  console: captured().console,
  ...more,
});

/** Options of a runtime that has `handlers` as functions, by path. */
export const startOptions = (
  dataDir: string,
  handlers: Readonly<Record<string, CreateHandler>>,
  more: Partial<StartOptions> = {},
): StartOptions => ({
  ...localOptions(dataDir),
  schedule: false,
  loadHandler: async (path) => handlers[path] ?? (() => async () => null),
  ...more,
});

/** Waits until `condition` holds. Fails after five seconds. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 5000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not come about within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
