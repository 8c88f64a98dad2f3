import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RingSimulator } from '../../../services/ring-simulator/start.ts';
import { iso } from '../../../shared/core/clock.ts';
import { addDays } from '../../../shared/core/day.ts';
import { startCommand } from '../../helpers/command.ts';
import { LAST_OVER } from './pipeline.ts';

/** How to run the pipeline: by the command, or by a process with ten dates per batch, so that kills strike between batches. */
export type Way = 'command' | 'small batches';

/** The phase of a killed process, derived from its log and its calls. */
export const PHASES = ['starting', 'planning', 'fetching', 'storing', 'settling', 'after the run'] as const;
export type Phase = (typeof PHASES)[number];

export interface VictimOptions {
  readonly way: Way;
  readonly dataDir: string;
  readonly ring: RingSimulator;
  /** Epoch ms on the clock of the process. */
  readonly now: number;
  readonly days: number;
}

/** A process that runs the pipeline once, for tests to kill. */
export interface Victim {
  phase(): Phase;
  kill(): Promise<void>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
}

const PROCESS = join(import.meta.dirname, 'pipeline-process.ts');
const SETTINGS = { batchSize: 10, batchingWindowSeconds: 0 };

const launch = ({
  way,
  dataDir,
  ring,
  now,
  days,
}: VictimOptions): { process: ChildProcess; ended: Victim['ended'] } => {
  if (way === 'command') {
    const args = ['start', '--once', '--data-dir', dataDir, '--now', iso(now), '--retry-base', '0.1'];
    return startCommand([...args, '--from', addDays(LAST_OVER, 1 - days), '--to', LAST_OVER], {
      OURA_API_BASE_URL: ring.url,
      OURA_API_KEY: 'simulated',
    });
  }
  const argument = JSON.stringify({ dataDir, now, baseUrl: ring.url, settings: SETTINGS, days });
  const child = spawn(process.execPath, [PROCESS, argument], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stderr }));
  return { process: child, ended };
};

export const startVictim = (options: VictimOptions): Victim => {
  const { dataDir, ring } = options;
  const logPath = join(dataDir, 'log.jsonl');
  const log = (): string => (existsSync(logPath) ? readFileSync(logPath, 'utf8') : '');
  const before = { log: log().length, calls: ring.calls.length };
  const { process: child, ended } = launch(options);
  return {
    ended,
    phase: () => {
      const said = log().slice(before.log);
      const calls = ring.calls.slice(before.calls);
      if (said.includes('"Summarized"')) return 'after the run';
      if (said.includes('"Settled"')) return 'settling';
      // The check of the credentials requests sleep too.
      const fetches = calls.filter(({ collection }) => collection === 'daily_sleep');
      if (fetches.some(({ status }) => status !== null)) return 'storing';
      if (fetches.length > 0) return 'fetching';
      return calls.length > 0 || /"(Planned|Took over)/.test(said) ? 'planning' : 'starting';
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/**
 * Kills the process `afterMs` after it reached `phase` or a later one. Returns the phase of the kill; `undefined` if the process
 * ended first.
 */
export const killIn = async (victim: Victim, phase: Phase, afterMs: number): Promise<Phase | undefined> => {
  let over = false;
  victim.ended.then(() => {
    over = true;
  });
  while (!over && PHASES.indexOf(victim.phase()) < PHASES.indexOf(phase)) await sleep(5);
  await Promise.race([sleep(afterMs), victim.ended]);
  if (over) return undefined;
  const killedIn = victim.phase();
  await victim.kill();
  return (await victim.ended).signal === 'SIGKILL' ? killedIn : undefined;
};
