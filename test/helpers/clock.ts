import type { Clock } from '../../shared/core/clock.ts';

/** A clock that moves only when a test sets it. */
export interface TestClock extends Clock {
  /** `instant`: ISO 8601 with offset. */
  set(instant: string): void;
  advance(seconds: number): void;
}

export const testClock = (instant: string): TestClock => {
  let now = Date.parse(instant);
  return {
    now: () => now,
    set: (next) => {
      now = Date.parse(next);
    },
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
};
