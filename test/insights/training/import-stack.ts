import { PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  type ImportedWorkouts,
  importWorkouts,
} from '../../../services/insights/training/import-workouts.ts';
import type { WeightUnit } from '../../../services/insights/training/workout-files/numbers-in-file.ts';
import type { Stack } from '../../../services/operations/stack.ts';
import { createSleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { createWorkouts } from '../../../shared/aws/store/workouts.ts';
import { LOGICAL_ID, OUTPUT, WORKOUTS_OWNER } from '../../../shared/core/names.ts';
import type { NightMetrics } from '../../../shared/core/sleep-record.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import { nightOf } from '../../aws/store/nights.ts';
import type { AwsCalls } from '../../helpers/aws-calls.ts';
import { testClock } from '../../helpers/clock.ts';
import { emptyTables, openEmbeddedTables } from '../../helpers/embedded-tables.ts';
import { totalsOf } from './workout-files/read-file.ts';

const KEYS = {
  [LOGICAL_ID.workoutsTable]: { workoutId: 'S', timestamp: 'N' },
  [LOGICAL_ID.ouraSleepTable]: { date: 'S' },
  [LOGICAL_ID.ouraSyncTable]: { pk: 'S' },
} as const;

/** A stack with tables, into which tests import files. Today is 1 December 2026. */
export interface ImportStack {
  readonly stack: Stack;
  readonly calls: AwsCalls;
  /** Imports a file into the stack in a zone. */
  importIn(timeZone: string, file: Buffer | string, options?: Options): Promise<ImportedWorkouts>;
  /** The same, in America/Los_Angeles. */
  import(file: Buffer | string, options?: Options): Promise<ImportedWorkouts>;
  sets(): Promise<WorkoutSet[]>;
  totals(): Promise<{ sets: number; kilograms: number }>;
  put(items: readonly Record<string, unknown>[]): Promise<void>;
  night(date: string, metrics: Partial<NightMetrics>): Promise<void>;
  clear(): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  readonly unit?: WeightUnit;
  readonly prune?: boolean;
}

export const openImportStack = async (): Promise<ImportStack> => {
  const { watched, raw, calls, stop } = await openEmbeddedTables(KEYS);
  const clock = testClock('2026-12-01T12:00:00Z');
  const stackIn = (timeZone: string): Stack => ({
    ...watched,
    clock,
    outputs: {
      [OUTPUT.timeZone]: timeZone,
      [OUTPUT.workoutsTable]: LOGICAL_ID.workoutsTable,
      [OUTPUT.workoutsOwner]: WORKOUTS_OWNER.stack,
      [OUTPUT.ouraSleepTable]: LOGICAL_ID.ouraSleepTable,
      [OUTPUT.ouraSyncTable]: LOGICAL_ID.ouraSyncTable,
    },
  });
  const stack = stackIn('America/Los_Angeles');
  const workouts = createWorkouts(raw.dynamodb, LOGICAL_ID.workoutsTable);
  const sets = async () => (await workouts.read()).sets;
  const importIn: ImportStack['importIn'] = (timeZone, file, options = {}) =>
    importWorkouts(stackIn(timeZone), Buffer.from(file), { clock, unit: 'kg', ...options });
  return {
    stack,
    calls,
    importIn,
    import: (file, options) => importIn('America/Los_Angeles', file, options),
    sets,
    totals: async () => totalsOf({ sets: await sets() }),
    put: async (items) => {
      for (const Item of items)
        await raw.dynamodb.send(new PutCommand({ TableName: LOGICAL_ID.workoutsTable, Item }));
    },
    night: async (date, metrics) => {
      const table = createSleepTable(raw.dynamodb, LOGICAL_ID.ouraSleepTable);
      await table.put(nightOf(date, metrics), { askedAt: clock.now(), settled: true });
    },
    clear: async () => {
      await emptyTables(raw.dynamodb, KEYS);
      calls.clear();
    },
    stop,
  };
};
