import { addDays, type Day, daysBetween, daysFrom } from '../../shared/core/day.ts';
import type { Trip } from './oura.ts';

/** The first day. A later year than the real one: `doctor` knows that the clock cannot be before the installation. */
const FIRST: Day = '2035-10-01';

/** Where the events lie in a year, in days. A shorter trial has them closer together. */
const YEAR = 365;
const STARTS = { revoked: [40, 290], full: 140, forgotten: 165, down: 190, trip: 240 } as const;
/** How many days they last. */
const LASTS = { revoked: [3, 6], full: 2, forgotten: 4, down: 9, trip: 14 } as const;

/** How many days lie between two reboots. */
const REBOOT_DAYS = YEAR / 12;

/** What happens on a day, in the evening unless noted. */
interface Events {
  readonly isRevoked: boolean;
  readonly isReconnected: boolean;
  readonly isDown: boolean;
  /** In the morning. */
  readonly isUp: boolean;
  readonly isFull: boolean;
  /** In the morning. */
  readonly isFree: boolean;
  /** Whether the machine loses its power, and when. */
  readonly reboot: 'evening' | 'during the run' | undefined;
  /** The machine loses its power, and the user forgets to start `npm start` after it. */
  readonly isForgotten: boolean;
  /** In the morning. */
  readonly isRemembered: boolean;
  /** The machine sleeps until the afternoon. */
  readonly isLate: boolean;
  /** Whether `doctor` and `gaps` are also asked before the daily run. */
  readonly isSampledEarly: boolean;
}

export interface Calendar {
  readonly first: Day;
  /** The days after the first one. */
  readonly days: readonly Day[];
  readonly trip: Trip;
  on(day: Day): Events;
}

/** The events of a year in `days` days. */
export const calendarOf = (days: number): Calendar => {
  const place = (position: number): Day => addDays(FIRST, Math.max(1, Math.round((position * days) / YEAR)));
  const end = (position: number, lasts: number): Day =>
    addDays(place(position), Math.max(1, Math.min(lasts, Math.round(days / 10))));
  const revoked = STARTS.revoked.map(place);
  const reconnected = STARTS.revoked.map((position, index) => end(position, LASTS.revoked[index] ?? 1));
  // A trial of a month has one of each kind too.
  const every = Math.min(REBOOT_DAYS, days / 3);
  const reboots = Array.from({ length: Math.ceil(days / every) - 1 }, (_, index) =>
    addDays(FIRST, Math.round((index + 1) * every)),
  );
  return {
    first: FIRST,
    days: daysFrom(addDays(FIRST, 1), addDays(FIRST, days)),
    trip: { from: place(STARTS.trip), to: end(STARTS.trip, LASTS.trip) },
    on: (day) => {
      const number = daysBetween(FIRST, day);
      const month = reboots.indexOf(day);
      return {
        isRevoked: revoked.includes(day),
        isReconnected: reconnected.includes(day),
        isDown: day === place(STARTS.down),
        isUp: day === end(STARTS.down, LASTS.down),
        isFull: day === place(STARTS.full),
        isFree: day === end(STARTS.full, LASTS.full),
        reboot: month < 0 ? undefined : month % 2 === 0 ? 'evening' : 'during the run',
        isForgotten: day === place(STARTS.forgotten),
        isRemembered: day === end(STARTS.forgotten, LASTS.forgotten),
        isLate: number % 5 === 2,
        isSampledEarly: number % 3 === 1,
      };
    },
  };
};
