import { createDays, type Days } from '../../shared/aws/store/days.ts';
import { createRuns, type Runs } from '../../shared/aws/store/runs.ts';
import { createSleepTable, type SleepTable } from '../../shared/aws/store/sleep-table.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { outputOf, type Stack } from './stack.ts';

export interface Ledger {
  readonly runs: Pick<Runs, 'get' | 'list' | 'settle'>;
  readonly days: Days;
  readonly sleepTable: SleepTable;
}

/** The retention matters only when a run is opened, which only the planner does. */
const OPENS_NONE = 0;

export const openLedger = (stack: Pick<Stack, 'outputs' | 'dynamodb' | 'clock'>): Ledger => {
  const syncTable = outputOf(stack, OUTPUT.ouraSyncTable);
  return {
    runs: createRuns(stack.dynamodb, syncTable, stack.clock, OPENS_NONE),
    days: createDays(stack.dynamodb, syncTable),
    sleepTable: createSleepTable(stack.dynamodb, outputOf(stack, OUTPUT.ouraSleepTable)),
  };
};
