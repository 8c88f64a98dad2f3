import { addDays, type Day, dayIn } from '../../../shared/core/day.ts';
import { COLLECTIONS, type Collection, type DayRecords, type OuraRecord } from '../api/collections.ts';
import { dailyActivity } from './activity-records.ts';
import { dailyReadiness, dailySleep, dailySpo2, emptyDailySleep, sleepTime } from './daily-records.ts';
import { dayNumberIn } from './noise.ts';
import { confirmedNap, dayNumberOf, periodsOf } from './periods.ts';
import { type DayFate, forgetfulFate, type Scenario, steadyFate } from './scenario.ts';
import { type AnalysedDay, sleepRecords } from './sleep-records.ts';
import { type BodyState, bodyStateOf } from './sleeper.ts';
import { zonedTime } from './zoned-time.ts';

/** Twelve years, of which three or four have a leap day. */
const DAYS_OF_HISTORY = 12 * 365 + 3;
/** A nap is in the API half an hour after it, once the app is open. */
const MS_UNTIL_SYNCED = 30 * 60_000;

/** What the ring has recorded, as the API would know it at a given instant. Days outside of the history are empty. */
export interface Ring {
  records(collection: Collection, day: Day, now: number): readonly OuraRecord[];
  /** The record with this id, where the API has it at `now`. */
  find(collection: Collection, id: string, now: number): OuraRecord | undefined;
  /**
   * Replaces what the API has on `day`, in all collections, by what `change` makes of it; from then on the day stays so at
   * any time. The records handed in are plain copies.
   */
  edit(day: Day, now: number, change: (records: DayRecords) => DayRecords): void;
  /** Takes back every edit of the day. */
  restore(day: Day): void;
  /** What seed and scenario fix for the day. */
  fateOf(day: Day): DayFate;
}

/** A second look at the night: Oura moved the borders between the stages. */
const reanalysed = (body: BodyState): BodyState => ({
  ...body,
  latency: body.latency * 1.5,
  awakeShare: body.awakeShare + 0.03,
  deepShare: body.deepShare * 0.93,
});

export const createRing = (options: { seed: number; timeZone: string; scenario: Scenario }): Ring => {
  const { seed, timeZone, scenario } = options;
  const zone = zonedTime(timeZone);
  const edits = new Map<Day, DayRecords>();

  // Finding the date of an instant costs as much as a whole day of records, and one reply asks for it 4,000 times.
  let history = { now: Number.NaN, first: '', today: '' };
  const historyAt = (now: number): { readonly first: Day; readonly today: Day } => {
    if (history.now !== now) {
      const today = dayIn(timeZone, now);
      history = { now, first: addDays(today, -DAYS_OF_HISTORY), today };
    }
    return history;
  };

  // The collections of a day are asked for one after the other and share its body; some 300 bytes each.
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
    const over = periods.filter(
      ({ start, timeInBed }) =>
        scenario !== 'forgetful' ||
        start + timeInBed * 1000 + MS_UNTIL_SYNCED <= now ||
        start < fate.syncedAt,
    );
    return {
      seed,
      zone,
      day,
      body,
      periods: over.sort((a, b) => a.start - b.start),
      identity: revision === 'reidentified' ? 1 : 0,
      reason: revision === null ? 'background_sleep_analysis' : 'background_created_foreground_updated',
    };
  };

  const withoutSleep = (collection: Collection, day: Day, fate: DayFate): OuraRecord[] => {
    const body = bodyOn(day);
    if (collection === 'daily_activity') {
      // Not worn: 17 to 23 hours off the finger. Worn: up to 40 minutes, for washing up.
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
    if (fate.happened !== 'slept' || collection === 'daily_activity')
      return withoutSleep(collection, day, fate);
    const what = analysed(day, fate, now);
    switch (collection) {
      case 'sleep':
        return sleepRecords(what);
      case 'daily_sleep':
        return [dailySleep(what)];
      case 'daily_readiness':
        return [dailyReadiness(what)];
      case 'daily_spo2':
        return [dailySpo2(what)];
      case 'sleep_time':
        return [sleepTime(what)];
      default:
        throw new TypeError(`No records are made for the collection ${collection satisfies never}`);
    }
  };

  const records: Ring['records'] = (collection, day, now) =>
    edits.get(day)?.[collection] ?? generate(collection, day, now);

  return {
    records,
    fateOf,
    find: (collection, id, now) => {
      const dayNumber = dayNumberIn(seed, id);
      const nearby = Number.isSafeInteger(dayNumber) && Math.abs(dayNumber) < 100_000;
      const days = new Set([...(nearby ? [addDays('1970-01-01', dayNumber)] : []), ...edits.keys()]);
      for (const day of days) {
        const found = records(collection, day, now).find((record) => record.id === id);
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
