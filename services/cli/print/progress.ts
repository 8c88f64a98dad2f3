import { SingleBar } from 'cli-progress';
import type { Outcome } from '../../../shared/core/ledger.ts';
import type { Progress } from '../../operations/runs/progress.ts';

/** Shows the dates of a run as they settle: a bar on a terminal, a line per date otherwise. */
export interface ProgressDisplay extends Progress {
  stop(): void;
}

const WORD: Record<Outcome | 'not_over', string> = {
  stored: 'stored',
  unchanged: 'unchanged',
  no_data: 'no data',
  not_over: 'not over yet',
  failed: 'failed',
};

const lines = (write: (line: string) => void): ProgressDisplay => ({
  settled: (date, outcome) => write(`${date}  ${WORD[outcome]}`),
  total: () => {},
  stop: () => {},
});

const bar = (): ProgressDisplay => {
  const shown = new SingleBar({
    format: '{bar} {value}/{total}  {duration_formatted}  {last}',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
  let running = false;
  return {
    total: (count) => {
      if (count === 0) return;
      if (running) shown.setTotal(count);
      else shown.start(count, 0, { last: '' });
      running = true;
    },
    settled: (date, outcome) => shown.increment(1, { last: `${date} ${WORD[outcome]}` }),
    stop: () => {
      if (running) shown.stop();
    },
  };
};

export const createProgress = (stdout: NodeJS.WriteStream): ProgressDisplay =>
  stdout.isTTY ? bar() : lines((line) => stdout.write(`${line}\n`));
