import { createWorkouts, type StoredSets, type Workouts } from '../../shared/aws/store/workouts.ts';
import { AppError, type Consequences, INCORRECT } from '../../shared/core/errors.ts';
import { OUTPUT, WORKOUTS_OWNER } from '../../shared/core/names.ts';
import { SIMULATED_USER, type WorkoutSet } from '../../shared/core/workout-set.ts';
import { outputOf, type Stack } from './stack.ts';

/** The table of workouts holds the sets of several people, and no setting selects one of them. */
export class SeveralLifters extends AppError {
  override readonly name = 'SeveralLifters';
  override readonly consequences: Consequences = INCORRECT;
  constructor(table: string, users: readonly string[]) {
    super(
      `The table ${table} holds the sets of several people (${users.join(', ')}): choose one with the setting workoutsUser.`,
    );
  }
}

/** The workouts table belongs to another application, so nothing is written to it. */
export class WorkoutsReadOnly extends AppError {
  override readonly name = 'WorkoutsReadOnly';
  override readonly consequences: Consequences = INCORRECT;
  constructor(table: string) {
    super(
      `The table ${table} belongs to another application and is read-only: log the workouts there, or unset workoutsTable.`,
    );
  }
}

type WorkoutStack = Pick<Stack, 'outputs' | 'dynamodb'>;

/** Throws OutputMissing if the stack was deployed without a table of workouts. */
export const workoutsOf = ({ outputs, dynamodb }: WorkoutStack): Workouts =>
  createWorkouts(dynamodb, outputOf({ outputs }, OUTPUT.workoutsTable));

/** Whether the table belongs to another application and is read-only. */
export const belongsToOther = (stack: Pick<Stack, 'outputs'>): boolean =>
  outputOf(stack, OUTPUT.workoutsOwner) === WORKOUTS_OWNER.other;

const isSimulated = ({ username }: WorkoutSet): boolean => username === SIMULATED_USER;

/** Whether the simulated lifter's `stored` sets stop counting when `added` are stored: see {@link readWorkouts}. */
export const hidesSimulated = (
  { outputs }: Pick<Stack, 'outputs'>,
  stored: readonly WorkoutSet[],
  added: readonly WorkoutSet[],
): boolean =>
  outputs[OUTPUT.workoutsUser] === undefined &&
  !added.every(isSimulated) &&
  stored.length > 0 &&
  stored.every(isSimulated);

/** Who has done the training: the user, or the simulated lifter. `none` without training. */
export type TrainingOrigin = 'own' | 'simulated' | 'none';

/** @param sets the sets that count */
export const originOf = (sets: readonly WorkoutSet[]): TrainingOrigin => {
  if (sets.length === 0) return 'none';
  return sets.every(isSimulated) ? 'simulated' : 'own';
};

/**
 * Reads the sets that count, oldest first: those of the setting workoutsUser, else all. The simulated lifter's sets count only
 * while there are no others. Throws {@link SeveralLifters}.
 */
export const readWorkouts = async (stack: WorkoutStack): Promise<StoredSets> => {
  const { sets, skipped } = await workoutsOf(stack).read();
  const user = stack.outputs[OUTPUT.workoutsUser];
  if (user !== undefined) return { sets: sets.filter(({ username }) => username === user), skipped };
  const real = sets.filter((set) => !isSimulated(set));
  const users = [...new Set(real.flatMap(({ username }) => username || []))].sort();
  if (users.length > 1) throw new SeveralLifters(outputOf(stack, OUTPUT.workoutsTable), users);
  return { sets: real.length > 0 ? real : sets, skipped };
};
