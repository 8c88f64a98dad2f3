import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forEachTest } from './for-each-test.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'services', 'cli', 'main.ts');

/** The result of a command. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command in its own process, as a user starts it. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves when `text` appears on standard output. Rejects if the command ends first. */
  printed(text: string): Promise<void>;
  /** The same of standard error. @param times how often it must have appeared */
  said(text: string, times?: number): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts `oura-sleep-sync <args>` with no environment but `env`, a path, no settings and the time zone UTC. @param user the user to run as; default: the current user */
export const startCommand = (
  args: readonly string[],
  env: Record<string, string> = {},
  user?: { readonly uid: number; readonly gid: number },
): Running => {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      OURA_SYNC_SETTINGS: process.env['OURA_SYNC_SETTINGS'],
      TZ: 'UTC',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }) as Ended);
  const seenOn = async (stream: 'stdout' | 'stderr', isSeen: () => boolean, text: string) => {
    const seen = (async () => {
      while (!isSeen()) await once(child[stream], 'data');
    })();
    await Promise.race([
      seen,
      ended.then((end) => {
        if (!isSeen()) throw new Error(`ended without printing "${text}": ${JSON.stringify(end)}`);
      }),
    ]);
  };
  return {
    process: child,
    ended,
    printed: (text) => seenOn('stdout', () => stdout.includes(text), text),
    said: (text, times = 1) => seenOn('stderr', () => stderr.split(text).length > times, text),
  };
};

/** Runs a command and waits until it ends. */
export const runCommand = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  startCommand(args, env).ended;

/** A data folder that does not exist yet. */
export interface DataFolder {
  readonly path: string;
  /** The options that select the folder. */
  readonly option: readonly string[];
  /** Removes the folder. */
  remove(): Promise<void>;
}

export const temporaryDataDir = async (): Promise<DataFolder> => {
  const parent = await mkdtemp(join(tmpdir(), 'oura-sleep-sync-'));
  const path = join(parent, 'data');
  const remove = () => rm(parent, { recursive: true, force: true });
  return { path, option: ['--data-dir', path], remove };
};

/** A data folder for each test. */
export const freshDataFolder = (): DataFolder => forEachTest(temporaryDataDir, ({ remove }) => remove());

/** Returns the nights in a data folder, as printed by `export`. */
export const nightsIn = async ({ option }: DataFolder, ...args: string[]) => {
  const { code, stdout, stderr } = await runCommand(['export', '--format', 'json', ...args, ...option]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};
