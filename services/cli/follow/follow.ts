import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, isSafeToShow } from '../../../shared/core/errors.ts';

/** A full disk, or a lost network, does not end sooner if asked more often, and each attempt reads all nights. */
const RETRY_MS = 30_000;

interface Following {
  /** A text that differs after each change. */
  readonly state: () => Promise<string>;
  /** Brings the files up to date. */
  readonly update: () => Promise<void>;
  readonly signal: AbortSignal;
  /** How often to ask for the state. */
  readonly lookMs: number;
  readonly retryMs?: number;
  readonly say: (sentence: string) => void;
}

/** The sentence about an error of ours, of AWS or of the system. Throws any other. AWS's SDK adds lines for developers. */
const sentenceOf = (error: unknown): string => {
  if (!(error instanceof Error) || !isSafeToShow(error)) throw error;
  const [sentence = ''] = describeError(error).message.split('\n');
  return sentence.replace(/\.$/, '');
};

/**
 * Updates once, and throws if that fails. Then updates whenever the state has changed and been the same for two looks, until
 * `signal` aborts. A later failure is said once, and tried again.
 */
export const follow = async (following: Following): Promise<void> => {
  const { state, update, signal, lookMs, retryMs = RETRY_MS, say } = following;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
  // Before the files are read from it, so that no later change is missed.
  let shown = await state();
  await update();
  if (!signal.aborted) say('Up to date. Ctrl-C stops.');
  let seen = shown;
  let problem: string | undefined;
  let waitMs = lookMs;
  for (;;) {
    await pause(waitMs);
    if (signal.aborted) return;
    waitMs = lookMs;
    try {
      const now = await state();
      const isQuiet = now === seen;
      seen = now;
      if (!isQuiet || now === shown) continue;
      await update();
      shown = now;
      if (problem !== undefined && !signal.aborted) say('Up to date again.');
      problem = undefined;
    } catch (error: unknown) {
      const sentence = sentenceOf(error);
      if (sentence !== problem) say(`Not updated: ${sentence}. Trying again every ${retryMs / 1000} s.`);
      problem = sentence;
      waitMs = retryMs;
    }
  }
};
