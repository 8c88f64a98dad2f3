import type { Refusal } from '../../local/emulators/refusals.ts';

const LOOK_MS = 500;
/** A single failed call is repeated within this time, such as after a restart of the engine. */
const SILENT_MS = 3_000;

/** Says that something is wrong: one sentence without a full stop. */
type Say = (sentence: string) => void;

interface Watch {
  /** What the services refuse now. */
  readonly refusal: () => Refusal | undefined;
  readonly say: Say;
  /** Called once, with the message, if a refusal lasts for `patienceMs`. */
  readonly giveUp: (message: string) => void;
  readonly patienceMs: number;
}

/** Reports what the services of this process refuse, such as on a full disk, and when they accept it again. Returns how to stop. */
export const reportRefusals = ({ refusal, say, giveUp, patienceMs }: Watch): (() => void) => {
  let said: string | undefined;
  const timer = setInterval(() => {
    const now = performance.now();
    const current = refusal();
    if (current === undefined) {
      if (said !== undefined) say('The data folder can be used again');
      said = undefined;
      return;
    }
    const lasted = now - current.since;
    if (lasted > SILENT_MS && said === undefined) {
      say(`${current.message}. Nothing that was stored is lost, and what failed is tried again`);
      said = current.message;
    }
    if (lasted > patienceMs) {
      clearInterval(timer);
      giveUp(current.message);
    }
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
};
