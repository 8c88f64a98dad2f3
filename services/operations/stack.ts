import type { Clients } from '../local/clients.ts';

/** The tables, queues and state machine of a stack, and how to reach them: on AWS or in a data folder. */
export interface Stack extends Clients {
  /** Values of the stack's outputs by name (OUTPUT in shared/core/names.ts). */
  readonly outputs: Readonly<Record<string, string>>;
}
