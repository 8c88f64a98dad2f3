import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDays, type Days } from '../../shared/aws/store/days.ts';
import { createRuns, type Runs } from '../../shared/aws/store/runs.ts';
import { createSleepTable, type SleepTable } from '../../shared/aws/store/sleep-table.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { AppError, type Consequences, INCORRECT } from '../../shared/core/errors.ts';
import { OUTPUT } from '../../shared/core/names.ts';

/** The stack was deployed, or the data folder made, before it had this output. */
export class OutputMissing extends AppError {
  override readonly name = 'OutputMissing';
  override readonly consequences: Consequences = INCORRECT;
  readonly output: string;

  constructor(output: string) {
    super(
      `The stack has no output ${output}: bring it up to date with npx cdk deploy (a data folder: with npm start), or name another with --stack.`,
    );
    this.output = output;
  }
}

/** The tables of a deployment, found by the stack's outputs. */
export interface Ledger {
  readonly runs: Pick<Runs, 'get' | 'list'>;
  readonly days: Days;
  readonly sleepTable: SleepTable;
}

/** How long runs are kept matters to who writes them; who looks only reads. */
const READS_ONLY = 0;

/** The value of an output of the stack. Throws {@link OutputMissing}. */
export const outputOf = (
  { outputs }: { outputs: Readonly<Record<string, string>> },
  output: string,
): string => {
  const value = outputs[output];
  if (value === undefined) throw new OutputMissing(output);
  return value;
};

export const openLedger = (
  stack: { outputs: Readonly<Record<string, string>>; dynamodb: DynamoDBDocumentClient },
  clock: Clock,
): Ledger => {
  const syncTable = outputOf(stack, OUTPUT.ouraSyncTable);
  return {
    runs: createRuns(stack.dynamodb, syncTable, clock, READS_ONLY),
    days: createDays(stack.dynamodb, syncTable),
    sleepTable: createSleepTable(stack.dynamodb, outputOf(stack, OUTPUT.ouraSleepTable)),
  };
};
