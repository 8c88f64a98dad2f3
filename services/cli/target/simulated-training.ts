import type { Workouts } from '../../../shared/aws/store/workouts.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { addDays, type Day, dayIn, daysFrom, earlierDay, isDay, laterDay } from '../../../shared/core/day.ts';
import type { Call } from '../../ring-simulator/api/calls.ts';
import { createLifter } from '../../ring-simulator/sleeper/lifter.ts';

/** The simulated sleeper took up lifting two years ago: ten years of sets would make a backfill wait for them. */
const DAYS_OF_TRAINING = 730;

/** Logs what the wearer of the simulated ring trained on the days whose nights are asked for. */
export interface SimulatedTraining {
  /** Notes the days of a call of the simulated API. */
  called(call: Call): void;
  /** Begins to log into `workouts`. */
  open(workouts: Workouts): void;
  /** Resolves when everything noted has been logged. Rejects where it could not be. */
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
        // Today's session may be still to come.
        if (day < dayIn(timeZone, now)) logged.add(day);
      }
    }
  };

  const begin = (): void => {
    if (table === undefined || writing !== undefined || due.size === 0) return;
    writing = write(table).finally(() => {
      writing = undefined;
    });
    // Tried again, and told, at the end: a request of Oura's stand-in is no place for it.
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
