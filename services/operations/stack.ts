import type { Dependencies } from '../../shared/aws/runtime/dependencies.ts';
import { type CurrentDates, currentDates, type Day } from '../../shared/core/day.ts';
import { AppError, type Consequences, INCORRECT } from '../../shared/core/errors.ts';
import { OUTPUT } from '../../shared/core/names.ts';

/** The clients and outputs of a stack, on AWS or in a data folder. */
export interface Stack extends Pick<Dependencies, 'clock' | 'dynamodb' | 'sqs' | 'sfn' | 'ssm'> {
  /** Values of the stack's outputs by name (OUTPUT in shared/core/names.ts). */
  readonly outputs: Readonly<Record<string, string>>;
}

/** The stack was deployed, or the data folder created, by a version without this output. */
class OutputMissing extends AppError {
  override readonly name = 'OutputMissing';
  override readonly consequences: Consequences = INCORRECT;
  readonly output: string;

  constructor(output: string) {
    super(
      `The stack has no output ${output}: update it with npm run deploy (a data folder: with npm start), or choose another stack with --stack.`,
    );
    this.output = output;
  }
}

/** Throws {@link OutputMissing}. */
export const outputOf = ({ outputs }: Pick<Stack, 'outputs'>, output: string): string => {
  const value = outputs[output];
  if (value === undefined) throw new OutputMissing(output);
  return value;
};

export const timeZoneOf = (stack: Pick<Stack, 'outputs'>): string => outputOf(stack, OUTPUT.timeZone);

export const currentDatesOf = (stack: Pick<Stack, 'outputs' | 'clock'>): CurrentDates =>
  currentDates(timeZoneOf(stack), stack.clock.now());

/** Today in the stack's time zone. */
export const todayOf = (stack: Pick<Stack, 'outputs' | 'clock'>): Day => currentDatesOf(stack).today;
