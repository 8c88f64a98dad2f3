import packageJson from '../../../package.json' with { type: 'json' };
import type { SleepSummary } from '../../../shared/aws/store/scan-nights.ts';
import { iso } from '../../../shared/core/clock.ts';
import { byDate, type Day, type DayRange } from '../../../shared/core/day.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import { openLedger } from '../../operations/ledger.ts';
import { type Stack, timeZoneOf } from '../../operations/stack.ts';
import { readWorkouts } from '../../operations/workouts.ts';
import { featureRows } from '../features/feature-rows.ts';
import { type LocalDay, localDays, ringOffsets } from '../training/local-days.ts';
import { readLocalDays } from '../training/read-local-days.ts';
import { trainingDays } from '../training/training-measures.ts';
import { FEATURE_COLUMNS } from './features.ts';
import { NIGHT_COLUMNS } from './nights.ts';
import { PERIOD_COLUMNS, periodsOf } from './periods.ts';
import { SERIES_COLUMNS, seriesOf } from './series.ts';
import { type Metadata, type Table, tableOf } from './table.ts';
import { datedSets, WORKOUT_COLUMNS } from './workouts.ts';

export const EXPORTED = ['nights', 'periods', 'series', 'workouts', 'features'] as const;
export type Exported = (typeof EXPORTED)[number];

/** The stored nights of the range, oldest first. */
export const readNights = async (stack: Stack, range: DayRange): Promise<SleepRecord[]> => {
  const nights = await Array.fromAsync(openLedger(stack).sleepTable.scan(range));
  return nights.sort(byDate);
};

/** Like {@link readNights}, but without the periods and curves. */
export const readSummaries = async (stack: Stack, range: DayRange): Promise<SleepSummary[]> => {
  const nights = await Array.fromAsync(openLedger(stack).sleepTable.scanSummaries(range));
  return nights.sort(byDate);
};

/** What the file of a table says about its origin: the time zone of the stack, this software, and when it was written. */
export const metadataOf = (stack: Stack): Metadata => ({
  time_zone: timeZoneOf(stack),
  software_version: packageJson.version,
  created_at: iso(stack.clock.now()),
});

interface Skipped {
  /** How many items in the workouts table are not sets; 0 if it is not read. */
  readonly skipped: number;
}

interface ReadTable extends Skipped {
  readonly table: Table;
}

const isIn = ({ from = '', to = '9999-12-31' }: DayRange, day: Day): boolean => day >= from && day <= to;

const workoutsTable = (sets: readonly WorkoutSet[], localDay: LocalDay, range: DayRange): Table =>
  tableOf(
    WORKOUT_COLUMNS,
    datedSets(sets, localDay).filter(({ date }) => isIn(range, date)),
  );

const featuresTable = (
  nights: readonly SleepRecord[],
  sets: readonly WorkoutSet[],
  timeZone: string,
  range: DayRange,
): Table => {
  const training = trainingDays(sets, localDays(ringOffsets(nights), timeZone));
  return tableOf(FEATURE_COLUMNS, featureRows(nights, training, timeZone, range));
};

/** Reads a table for the export, oldest rows first. Throws OutputMissing if the deployed stack does not have it yet. */
export const readTable = async (stack: Stack, what: Exported, range: DayRange): Promise<ReadTable> => {
  switch (what) {
    case 'nights':
      return { table: tableOf(NIGHT_COLUMNS, await readSummaries(stack, range)), skipped: 0 };
    case 'periods':
      return { table: tableOf(PERIOD_COLUMNS, periodsOf(await readNights(stack, range))), skipped: 0 };
    case 'series':
      return { table: tableOf(SERIES_COLUMNS, seriesOf(await readNights(stack, range))), skipped: 0 };
    case 'workouts': {
      const [{ sets, skipped }, localDay] = await Promise.all([readWorkouts(stack), readLocalDays(stack)]);
      return { table: workoutsTable(sets, localDay, range), skipped };
    }
    case 'features': {
      const [nights, { sets, skipped }] = await Promise.all([readNights(stack, {}), readWorkouts(stack)]);
      return { table: featuresTable(nights, sets, timeZoneOf(stack), range), skipped };
    }
    default:
      throw new TypeError(`Unknown table ${what satisfies never}`);
  }
};

/** Like {@link readTable} for each table, but reads the nights and the workouts only once. */
export const readAllTables = async (
  stack: Stack,
  range: DayRange,
): Promise<{ readonly tables: Readonly<Record<Exported, Table>> } & Skipped> => {
  const [all, { sets, skipped }] = await Promise.all([readNights(stack, {}), readWorkouts(stack)]);
  const timeZone = timeZoneOf(stack);
  const nights = all.filter(({ date }) => isIn(range, date));
  const tables = {
    nights: tableOf(NIGHT_COLUMNS, nights),
    periods: tableOf(PERIOD_COLUMNS, periodsOf(nights)),
    series: tableOf(SERIES_COLUMNS, seriesOf(nights)),
    workouts: workoutsTable(sets, localDays(ringOffsets(all), timeZone), range),
    features: featuresTable(all, sets, timeZone, range),
  };
  return { tables, skipped };
};
