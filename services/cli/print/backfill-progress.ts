import { SingleBar } from 'cli-progress';
import { plural } from '../../../shared/core/text.ts';
import type { Standing } from '../../operations/backfill/tally.ts';

/** Shows the progress of a backfill: a bar on a terminal, a line every 5 seconds otherwise. */
export interface BackfillProgress {
  look(standing: Standing): void;
  stop(): void;
}

const LINE_MS = 5_000;

/** `75` as `1 min 15 s`, `4000` as `1 h 7 min`. */
export const spell = (seconds: number): string => {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** Dates per second, with one decimal below 10. */
export const rateOf = (dates: number, seconds: number): string => {
  const rate = seconds === 0 ? 0 : dates / seconds;
  return `${rate.toFixed(rate < 10 ? 1 : 0)} dates/s`;
};

/** The rate, the remaining time at that rate, and the requests so far. */
export const paceOf = ({ done, total, requests }: Standing, seconds: number): string => {
  const left = done === 0 ? 'time left unknown' : `${spell(((total - done) * seconds) / done)} left`;
  return `${rateOf(done, seconds)}, ${left}, ${plural(requests, 'request')}`;
};

const lines = (write: (line: string) => void, seconds: () => number): BackfillProgress => {
  let printedAt = 0;
  return {
    look: (standing) => {
      const { done, total } = standing;
      if (done === total || (seconds() - printedAt) * 1000 < LINE_MS) return;
      printedAt = seconds();
      write(`${done} of ${plural(total, 'date')}, ${paceOf(standing, seconds())}`);
    },
    stop: () => {},
  };
};

const bar = (seconds: () => number): BackfillProgress => {
  const shown = new SingleBar({
    format: '{bar} {value}/{total} {dates}, {pace}',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
  let running = false;
  return {
    look: (standing) => {
      const { done, total } = standing;
      const pace = paceOf(standing, seconds());
      const dates = total === 1 ? 'date' : 'dates';
      if (running) {
        shown.setTotal(total);
        shown.update(done, { pace, dates });
      } else shown.start(total, done, { pace, dates });
      running = true;
    },
    stop: () => {
      if (running) shown.stop();
    },
  };
};

/** @param seconds returns the duration of the backfill so far */
export const backfillProgress = (stdout: NodeJS.WriteStream, seconds: () => number): BackfillProgress =>
  stdout.isTTY ? bar(seconds) : lines((line) => stdout.write(`${line}\n`), seconds);
