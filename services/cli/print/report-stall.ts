import type { Standing } from '../../operations/backfill/tally.ts';

/** A window of dates takes a few seconds. Oura's pauses for a rate limit are mostly shorter. */
const STALL_SECONDS = 30;

interface Stall {
  /** Seconds since the beginning. */
  readonly seconds: () => number;
  /** What is wrong now, one line each. */
  readonly problems: () => Promise<readonly string[]>;
  /** The command that shows more. */
  readonly doctor: string;
  readonly say: (line: string) => void;
}

/** Says once for each time without progress why nothing moves: the workers of another process report nothing here. */
export const reportStall = ({ seconds, problems, doctor, say }: Stall): ((standing: Standing) => void) => {
  let done = -1;
  let since = 0;
  let said = false;
  return (standing) => {
    if (standing.done !== done) {
      done = standing.done;
      since = seconds();
      said = false;
    } else if (!said && seconds() - since >= STALL_SECONDS) {
      said = true;
      void problems()
        // The state cannot be read either.
        .catch((): readonly string[] => [])
        .then((found) => {
          say(`No date has settled for ${STALL_SECONDS} s. For more, run ${doctor}.`);
          for (const line of found) say(line);
        });
    }
  };
};
