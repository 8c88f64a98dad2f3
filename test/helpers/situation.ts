import type { ServingProcess, Situation } from '../../services/operations/status/sync-state.ts';

/** An `npm start` that serves the folder. */
export const RUNNING: ServingProcess = { pid: 4711, consumes: true };
/** An `npm run dashboard` that has the folder open without workers. */
export const PAGE: ServingProcess = { pid: 4711, consumes: false };

export const situationOf = (process: ServingProcess | null, changes: Partial<Situation> = {}): Situation => ({
  process,
  nextRun: process?.consumes ? '2026-03-11T19:00:00.000Z' : null,
  longestSilenceHours: 26,
  begun: null,
  command: (script, ...options) => [script, ...options].join(' '),
  folder: [],
  ...changes,
});
