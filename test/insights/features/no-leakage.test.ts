import fc from 'fast-check';
import { FEATURE_COLUMNS } from '../../../services/insights/export/features.ts';
import { type Cell, tableOf } from '../../../services/insights/export/table.ts';
import { featureRows } from '../../../services/insights/features/feature-rows.ts';
import { localDays, ringOffsets } from '../../../services/insights/training/local-days.ts';
import { trainingDays } from '../../../services/insights/training/training-measures.ts';
import { iso } from '../../../shared/core/clock.ts';
import { addDays, type Day } from '../../../shared/core/day.ts';
import { periodMetrics } from '../../../shared/core/night/assemble-night.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { Period, SleepRecord } from '../../../shared/core/sleep-record.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import { nightOf, STORED } from '../../aws/store/nights.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { setOn } from '../sets.ts';

const ZONE = 'Etc/GMT+8';
const START = '2026-01-01';
const HOUR = 3_600_000;
const dayAt = (index: number): Day => addDays(START, index);
/** The instant of an hour on the user's clock, which is the UTC offset of the ring, too. */
const instantOf = (day: Day, hour: number): number => Date.parse(`${day}T00:00:00-08:00`) + hour * HOUR;
const bedtime = (instant: number): string => `${iso(instant - 8 * HOUR).slice(0, 19)}-08:00`;

/** One day of a history. Hours are on the user's clock. */
const daySpec = fc.record({
  missing: fc.constantFrom(false, false, false, true),
  ends: fc.integer({ min: 5, max: 11 }),
  hrv: fc.integer({ min: 20, max: 90 }),
  nap: fc.option(fc.record({ hour: fc.integer({ min: 12, max: 19 }), confirmed: fc.constantFrom(0, 3, 20) })),
  late: fc.constantFrom(0, 0, 0, 1, 4),
  changes: fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 40 * 24 }), hrv: fc.integer({ min: 20, max: 90 }) }),
    { maxLength: 2 },
  ),
  /** Half an hour past. A workout at 00:30 comes before the night of its day, and is apart from one at 20:30. */
  workout: fc.option(fc.integer({ min: 0, max: 20 })),
  kilograms: fc.integer({ min: 20, max: 150 }),
});
type DaySpec = typeof daySpec extends fc.Arbitrary<infer Value> ? Value : never;
const history = fc.array(daySpec, { minLength: 15, maxLength: 40 });

const firstSetOf = (index: number, { workout }: DaySpec): number | null =>
  workout === null ? null : instantOf(dayAt(index), workout + 0.5);
const endOf = (index: number, { ends }: DaySpec): number => instantOf(dayAt(index), ends);
const napEndOf = (index: number, { nap }: DaySpec): number =>
  nap === null ? 0 : instantOf(dayAt(index), nap.hour + 0.5);

/** The versions of a night: how Oura's records were, and when they were stored. */
const versionsOf = (index: number, spec: DaySpec): { at: number; periods: Period[] }[] => {
  const day = dayAt(index);
  const synced = instantOf(addDays(day, spec.late), 12);
  const period = (id: string, type: string, end: number, seconds: number, average_hrv: number): Period => ({
    ...{ id, type, average_hrv, total_sleep_duration: seconds },
    ...{ bedtime_start: bedtime(end - seconds * 1000), bedtime_end: bedtime(end) },
  });
  const main = (hrv: number) => period('main', 'long_sleep', endOf(index, spec), 6 * 3600, hrv);
  const nap = spec.nap && {
    at: synced + spec.nap.confirmed * HOUR,
    period: period('nap', 'sleep', napEndOf(index, spec), 1800, 2 * spec.hrv),
  };
  const changes = spec.changes.map(({ after, hrv }) => ({ at: synced + after * HOUR, hrv }));
  const instants = new Set([synced, ...(nap ? [nap.at] : []), ...changes.map(({ at }) => at)]);
  return [...instants]
    .sort((one, other) => one - other)
    .map((at) => {
      const { hrv } =
        changes.toSorted((one, other) => one.at - other.at).findLast((each) => each.at <= at) ?? spec;
      return { at, periods: [main(hrv), ...(nap && nap.at <= at ? [nap.period] : [])] };
    });
};

/** The stored night with the versions up to an instant; none if it was first stored later. */
const recordOf = (index: number, spec: DaySpec, until = Number.POSITIVE_INFINITY): SleepRecord[] => {
  const date = dayAt(index);
  const versions = versionsOf(index, spec)
    .filter(({ at }) => at <= until)
    .map(({ at, periods }) => ({ at, values: { ...periodMetrics(sleepDay(date, periods)), periods } }));
  const [first] = versions;
  const last = versions.at(-1);
  if (spec.missing || first === undefined || last === undefined) return [];
  return [
    {
      ...{ ...nightOf(date), ...STORED, ...last.values },
      ...{ settled: false, revision: versions.length, content_hash: '0'.repeat(64) },
      ...{ first_synced_at: iso(first.at), arrived_at: iso(first.at), updated_at: iso(last.at) },
      history: versions.slice(0, -1).map(({ at, values }, place) => ({
        ...{ revision: place + 1, stored_at: iso(at), changed: values },
        replaced_at: iso(versions[place + 1]?.at ?? 0),
      })),
    },
  ];
};

const setsOf = (index: number, spec: DaySpec): WorkoutSet[] => {
  const start = firstSetOf(index, spec);
  if (start === null) return [];
  return [0, 1, 2].map((set) => setOn(START, spec.kilograms, 5, { timestamp: start / 1000 + 300 * set }));
};

/** The first sync is on the first day. */
const dated = (specs: readonly DaySpec[]): DaySpec[] =>
  specs.map((spec, index) => (index === 0 ? { ...spec, missing: false, late: 0 } : spec));

interface Stored {
  readonly records: readonly SleepRecord[];
  readonly sets: readonly WorkoutSet[];
}
const stored = (specs: readonly DaySpec[]): Stored => ({
  records: specs.flatMap((spec, index) => recordOf(index, spec)),
  sets: specs.flatMap((spec, index) => setsOf(index, spec)),
});

/** The row of each day up to the last one, as exported. */
const rowsOf = ({ records, sets }: Stored, last: number): (readonly Cell[])[] => {
  const training = trainingDays(sets, localDays(ringOffsets(records), ZONE));
  const rows = featureRows(records, training, ZONE, { from: START, to: dayAt(last) });
  return [...tableOf(FEATURE_COLUMNS, rows).rows];
};
const TARGETS = FEATURE_COLUMNS.flatMap(({ name }, at) => (name.startsWith('target_') ? [at] : []));
const withoutTargets = (row: readonly Cell[] | undefined) => row?.filter((_, at) => !TARGETS.includes(at));

test('whatever is stored or done after an instant changes no row of an earlier day', () => {
  fc.assert(
    fc.property(history, history, fc.nat(), fc.integer({ min: 4, max: 23 }), (some, others, place, hour) => {
      const specs = dated(some);
      const at = 1 + (place % (specs.length - 1));
      const instant = instantOf(dayAt(at), hour);
      const past = stored(specs);
      const otherSpecs = dated(others);
      const otherFuture = {
        records: Array.from({ length: Math.max(specs.length, others.length) }, (_, index) => {
          const [spec, other] = [specs[index], otherSpecs[index]];
          const known = spec ? recordOf(index, spec, instant) : [];
          if (known.length > 0) return known;
          // First stored after the instant.
          const [record] = other && index > 0 ? recordOf(index, other) : [];
          return record && Date.parse(record.first_synced_at) > instant ? [record] : [];
        }).flat(),
        sets: [
          ...past.sets.filter(({ timestamp }) => timestamp * 1000 <= instant),
          ...stored(otherSpecs).sets.filter(({ timestamp }) => timestamp * 1000 > instant),
        ],
      };
      expect(rowsOf(otherFuture, at - 1)).toEqual(rowsOf(past, at - 1));
    }),
    propertyRuns(60),
  );
});

test('whatever ended after the first set of a day does not change the features of the day', () => {
  fc.assert(
    fc.property(history, history, fc.nat(), (some, others, place) => {
      const at = 1 + (place % (some.length - 1));
      const specs = dated(some).map((spec, index) =>
        // With a workout.
        index === at ? { ...spec, workout: spec.workout ?? 0 } : spec,
      );
      const firstSet = specs[at] ? (firstSetOf(at, specs[at]) ?? 0) : 0;
      const changed = specs.map((spec, index) => {
        const other = others[index % others.length] ?? spec;
        const { missing, ends, hrv, changes, late } = endOf(index, spec) > firstSet ? other : spec;
        const isLater = endOf(index, { ...spec, ends }) > firstSet;
        const night = isLater ? { missing, ends, hrv, changes, late } : {};
        const nap =
          napEndOf(index, spec) <= firstSet || napEndOf(index, other) <= firstSet ? spec.nap : other.nap;
        return { ...spec, ...night, nap };
      });
      const row = (of: readonly DaySpec[]) => withoutTargets(rowsOf(stored(of), at)[at]);
      expect(row(changed)).toEqual(row(specs));
    }),
    propertyRuns(60),
  );
});

test('a change before the instant does change rows, so the tests above would detect a leak', () => {
  const spec: DaySpec = {
    ...{ missing: false, ends: 7, hrv: 50, nap: null, late: 0, changes: [], workout: 18, kilograms: 100 },
  };
  const specs = Array.from({ length: 20 }, () => spec);
  const rows = (changed: Partial<DaySpec>) => rowsOf(stored(specs.with(10, { ...spec, ...changed })), 11);
  const plain = rows({});
  const changes: Partial<DaySpec>[] = [
    { hrv: 80 },
    { nap: { hour: 14, confirmed: 0 } },
    { kilograms: 50 },
    { late: 1 },
  ];
  for (const changed of changes) expect(rows(changed)).not.toEqual(plain);
});
