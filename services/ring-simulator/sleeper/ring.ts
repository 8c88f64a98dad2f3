import { addDays, type Day, dayIn, daysFrom } from '../../../shared/core/day.ts';
import { dailyActivity } from './activity-records.ts';
import { COLLECTIONS, type Collection, type DayRecords, type OuraRecord } from './collections.ts';
import { dailyReadiness, dailySleep, dailySpo2, emptyDailySleep, sleepTime } from './daily-records.ts';
import { messyRecords } from './messy-records.ts';
import { dayNumberIn } from './noise.ts';
import { confirmedNap, dayNumberOf, periodsOf } from './periods.ts';
import { type Planted, plantedOn } from './planted-faults.ts';
import { type DayFate, forgetfulFate, type Scenario, steadyFate } from './scenario.ts';
import { type AnalysedDay, sleepRecords } from './sleep-records.ts';
import { type BodyState, bodyStateOf } from './sleeper.ts';
import { zonedTime } from './zoned-time.ts';

/** Twelve years with three leap days. */
const DAYS_OF_HISTORY = 12 * 365 + 3;
/** With the app open, a nap appears in the API half an hour after its end. */
const MS_UNTIL_SYNCED = 30 * 60_000;

/** The ring's records as the API has them at a given instant. Days outside the history are empty. */
export interface Ring {
  records(collection: Collection, day: Day, now: number): readonly OuraRecord[];
  /** Returns the record with this id if the API has it at `now`. */
  find(collection: Collection, id: string, now: number): OuraRecord | undefined;
  /**
   * Replaces the records of `day` in all collections by the result of `change`, which gets plain copies. From then on the
   * day no longer changes with time.
   */
  edit(day: Day, now: number, change: (records: DayRecords) => DayRecords): void;
  /** Removes the edits of the day. */
  restore(day: Day): void;
  /** Returns what seed and scenario decide for the day: worn or not, when synced, when revised. */
  fateOf(day: Day): DayFate;
  /** Returns the faults in the records of the days; none unless the scenario is `messy`. */
  planted(from: Day, to: Day): readonly Planted[];
}

/** Generates the records of a day with sleep. */
const GENERATE: Readonly<
  Record<Exclude<Collection, 'daily_activity'>, (day: AnalysedDay) => readonly OuraRecord[]>
> = {
  sleep: sleepRecords,
  daily_sleep: (day) => [dailySleep(day)],
  daily_readiness: (day) => [dailyReadiness(day)],
  daily_spo2: (day) => [dailySpo2(day)],
  sleep_time: (day) => [sleepTime(day)],
};

/** The night after a second analysis in which Oura moved the boundaries between stages. */
const reanalysed = (body: BodyState): BodyState => ({
  ...body,
  latency: body.latency * 1.5,
  awakeShare: body.awakeShare + 0.03,
  deepShare: body.deepShare * 0.93,
});

/** In minutes. Naps begin later. */
const NOON = 720;

export const createRing = (options: { seed: number; timeZone: string; scenario: Scenario }): Ring => {
  const { seed, timeZone, scenario } = options;
  const zone = zonedTime(timeZone);
  const edits = new Map<Day, DayRecords>();

  // Finding the date of an instant takes as long as generating a day of records, and one reply needs it 4,000 times.
  let history = { now: Number.NaN, first: '', today: '' };
  const historyAt = (now: number): { readonly first: Day; readonly today: Day } => {
    if (history.now !== now) {
      const today = dayIn(timeZone, now);
      history = { now, first: addDays(today, -DAYS_OF_HISTORY), today };
    }
    return history;
  };

  // The collections of a day share its body state, and clients request them one after another. About 300 bytes each.
  const bodies = new Map<Day, BodyState>();
  const bodyOn = (day: Day): BodyState => {
    const known = bodies.get(day);
    if (known !== undefined) return known;
    if (bodies.size > DAYS_OF_HISTORY) bodies.clear();
    const body = bodyStateOf(seed, dayNumberOf(day));
    bodies.set(day, body);
    return body;
  };

  const fateOf = (day: Day): DayFate =>
    scenario === 'forgetful' ? forgetfulFate(seed, zone, day) : steadyFate(day);

  const analysed = (day: Day, fate: DayFate, now: number): AnalysedDay => {
    const revision = fate.revision !== null && fate.revision.at <= now ? fate.revision.kind : null;
    const first = bodyOn(day);
    const body = revision === null || revision === 'nap_confirmed' ? first : reanalysed(first);
    const periods = periodsOf(zone, day, body);
    if (revision === 'nap_confirmed') periods.push(confirmedNap(zone, day, body));
    const synced = periods.filter(({ start, timeInBed }) => {
      const end = start + timeInBed * 1000;
      if (scenario === 'forgetful') return end + MS_UNTIL_SYNCED <= now || start < fate.syncedAt;
      // The night is complete from midnight on, so that a first start at 2:00 stores as many nights as one at noon.
      return end <= now || start < zone.instantOf(day, NOON);
    });
    return {
      seed,
      zone,
      day,
      body,
      periods: synced.sort((a, b) => a.start - b.start),
      identity: revision === 'reidentified' ? 1 : 0,
      reason: revision === null ? 'background_sleep_analysis' : 'background_created_foreground_updated',
    };
  };

  const withoutSleep = (collection: Collection, day: Day, fate: DayFate): OuraRecord[] => {
    const body = bodyOn(day);
    if (collection === 'daily_activity') {
      // Not worn: 17 to 23 hours without the ring. Worn: up to 40 minutes.
      const off =
        fate.happened === 'not_worn'
          ? 1020 + 360 * body.dice.uniform('not worn')
          : 40 * body.dice.uniform('taken off');
      return [dailyActivity(seed, zone, day, body, Math.round(off))];
    }
    if (collection === 'daily_sleep' && body.dice.happens('document of nulls', 0.3))
      return [emptyDailySleep(seed, day)];
    return [];
  };

  const generate = (collection: Collection, day: Day, now: number): readonly OuraRecord[] => {
    const { first, today } = historyAt(now);
    if (day < first || day > today) return [];
    const fate = fateOf(day);
    if (now < fate.syncedAt) return [];
    const right =
      fate.happened !== 'slept' || collection === 'daily_activity'
        ? withoutSleep(collection, day, fate)
        : GENERATE[collection](analysed(day, fate, now));
    if (scenario !== 'messy') return right;
    return messyRecords({ collection, day, now }, right, (on) => analysed(on, fateOf(on), now));
  };

  const records: Ring['records'] = (collection, day, now) =>
    edits.get(day)?.[collection] ?? generate(collection, day, now);

  return {
    records,
    fateOf,
    planted: (from, to) =>
      scenario === 'messy' ? daysFrom(from, to).flatMap((day) => plantedOn(seed, zone, day)) : [],
    find: (collection, id, now) => {
      const dayNumber = dayNumberIn(seed, id);
      const nearby = Number.isSafeInteger(dayNumber) && Math.abs(dayNumber) < 100_000;
      const day = addDays('1970-01-01', nearby ? dayNumber : 0);
      // A messy record can move to the next day.
      const days = new Set([...(nearby ? [day, addDays(day, 1)] : []), ...edits.keys()]);
      for (const each of days) {
        const found = records(collection, each, now).find((record) => record.id === id);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    edit: (day, now, change) => {
      const copies = COLLECTIONS.map((collection) => [
        collection,
        records(collection, day, now).map((record) => structuredClone({ ...record })),
      ]);
      edits.set(day, change(Object.fromEntries(copies) as DayRecords));
    },
    restore: (day) => {
      edits.delete(day);
    },
  };
};
