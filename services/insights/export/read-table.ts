import packageJson from '../../../package.json' with { type: 'json' };
import type { SleepSummary } from '../../../shared/aws/store/scan-nights.ts';
import { iso } from '../../../shared/core/clock.ts';
import { byDate, type DayRange } from '../../../shared/core/day.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { openLedger } from '../../operations/ledger.ts';
import { type Stack, timeZoneOf } from '../../operations/stack.ts';
import { readWorkouts } from '../../operations/workouts.ts';
import { featureRows } from '../features/feature-rows.ts';
import { localDays, ringOffsets } from '../training/local-days.ts';
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
const readSummaries = async (stack: Stack, range: DayRange): Promise<SleepSummary[]> => {
  const nights = await Array.fromAsync(openLedger(stack).sleepTable.scanSummaries(range));
  return nights.sort(byDate);
};

/** What the file of a table says about its origin: the time zone of the stack, this software, and when it was written. */
export const metadataOf = (stack: Stack): Metadata => ({
  time_zone: timeZoneOf(stack),
  software_version: packageJson.version,
  created_at: iso(stack.clock.now()),
});

interface ReadTable {
  readonly table: Table;
  /** How many items in the workouts table are not sets; 0 if it is not read. */
  readonly skipped: number;
}

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
      const { columns, rows } = tableOf(WORKOUT_COLUMNS, datedSets(sets, localDay));
      const { from = '', to = '9999-12-31' } = range;
      // The first column is the date.
      const inRange = rows.filter(([date]) => String(date) >= from && String(date) <= to);
      return { table: { columns, rows: inRange }, skipped };
    }
    case 'features': {
      const [nights, { sets, skipped }] = await Promise.all([readNights(stack, {}), readWorkouts(stack)]);
      const timeZone = timeZoneOf(stack);
      const training = trainingDays(sets, localDays(ringOffsets(nights), timeZone));
      return { table: tableOf(FEATURE_COLUMNS, featureRows(nights, training, timeZone, range)), skipped };
    }
    default:
      throw new TypeError(`Unknown table ${what satisfies never}`);
  }
};
