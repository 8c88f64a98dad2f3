import type { AwsCall, AwsReply } from '../aws-json.ts';

/** A call on its way to the engine's thread. */
export interface EngineCall extends Pick<AwsCall, 'target' | 'body'> {
  readonly id: number;
}

export type ToEngine =
  | { readonly kind: 'calls'; readonly calls: readonly EngineCall[] }
  /** Asks for the file as it is after every call before. */
  | { readonly kind: 'copy'; readonly id: number }
  | { readonly kind: 'close' };

export type FromEngine =
  | { readonly kind: 'open' }
  /** The file cannot be opened. The thread ends. */
  | { readonly kind: 'unusable'; readonly inUse: boolean; readonly reason: string }
  | { readonly kind: 'copied'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'not-copied'; readonly id: number; readonly reason: string }
  | { readonly kind: 'replies'; readonly replies: readonly (readonly [id: number, reply: AwsReply])[] };

/** What the thread starts with. */
export interface EngineData {
  readonly dataDir: string;
  /** Shared memory: the call that the thread runs now, or {@link NO_CALL}. */
  readonly running: Int32Array;
}

export const NO_CALL = 0;
