import type { Collection } from '../sleeper/collections.ts';

/** A call that the simulator received. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Null for a path that the API does not have. */
  readonly collection: Collection | 'personal_info' | null;
  readonly query: Readonly<Record<string, string>>;
  /** Null until the response is sent. Stays null if the client got no complete response. */
  readonly status: number | null;
  /** Epoch milliseconds on the simulator's clock. */
  readonly at: number;
}
