import type { Workouts } from '../../../shared/aws/store/workouts.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { addDays, type Day, dayIn, daysFrom, earlierDay, isDay, laterDay } from '../../../shared/core/day.ts';
import type { Call } from '../../ring-simulator/api/calls.ts';
import { createLifter } from '../../ring-simulator/sleeper/lifter.ts';

/** The simulated lifter started two years ago: writing ten years of sets would delay a backfill. */
const DAYS_OF_TRAINING = 730;

/** Logs the simulated training on the days whose nights are requested. */
export interface SimulatedTraining {
  /** Records the days of a call to the simulated API. */
  called(call: Call): void;
  /** Starts to log into `workouts`. */
  open(workouts: Workouts): void;
  /** Resolves when every recorded day has been logged. Rejects if that fails. */
  end(): Promise<void>;
}

export const createSimulatedTraining = (options: {
  readonly seed: number;
  readonly timeZone: string;
  readonly clock: Clock;
}): SimulatedTraining => {
  const { timeZone, clock } = options;
  const lifter = createLifter(options);
  const due = new Set<Day>();
  const logged = new Set<Day>();
  let table: Workouts | undefined;
  let writing: Promise<void> | undefined;

  const write = async (workouts: Workouts): Promise<void> => {
    while (due.size > 0) {
      const days = [...due];
      const now = clock.now();
      const done = days.flatMap((day) => lifter.sets(day)).filter(({ timestamp }) => timestamp * 1000 <= now);
      await workouts.put(done);
      for (const day of days) {
        due.delete(day);
        // Today's session may be later.
        if (day < dayIn(timeZone, now)) logged.add(day);
      }
    }
  };

  const begin = (): void => {
    if (table === undefined || writing !== undefined || due.size === 0) return;
    writing = write(table).finally(() => {
      writing = undefined;
    });
    // `end` tries again and throws: a request to the simulated API is the wrong place to report it.
    writing.catch(() => {});
  };

  return {
    called: ({ collection, status, query }) => {
      const { start_date, end_date } = query;
      if (collection !== 'sleep' || status !== 200 || !isDay(start_date) || !isDay(end_date)) return;
      const today = dayIn(timeZone, clock.now());
      const from = laterDay(start_date, addDays(today, -DAYS_OF_TRAINING));
      for (const day of daysFrom(from, earlierDay(end_date, today))) if (!logged.has(day)) due.add(day);
      begin();
    },
    open: (workouts) => {
      table = workouts;
      begin();
    },
    end: async () => {
      await writing?.catch(() => {});
      begin();
      await writing;
    },
  };
};
