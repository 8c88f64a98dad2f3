import type { Surroundings } from '../../shared/aws/runtime/dependencies.ts';

/** The tables, queues and state machine of a stack, and how to reach them: on AWS or in a data folder. */
export interface Stack extends Pick<Surroundings, 'dynamodb' | 'sqs' | 'sfn' | 'ssm'> {
  /** Values of the stack's outputs by name (OUTPUT in shared/core/names.ts). */
  readonly outputs: Readonly<Record<string, string>>;
}
