import type { DayRange } from '../../../shared/core/day.ts';
import type { WeightUnit } from '../../insights/training/workout-files/numbers-in-file.ts';
import type { StackOptions } from '../target/with-stack.ts';

/** The options of `workouts`. */
export interface WorkoutsOptions extends StackOptions, DayRange {
  readonly format: string;
  readonly unit?: WeightUnit;
  readonly prune?: boolean;
  readonly import?: string;
  readonly yes?: boolean;
}
