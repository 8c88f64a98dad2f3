import { AppError, type Consequences, INCORRECT, PERMANENT, TRANSIENT } from '../../core/errors.ts';

/** Why a request about subscriptions failed. */
export type SubscriptionFailure =
  /** No answer, or one that is not of Oura's API. Another attempt may succeed. */
  | 'unavailable'
  /** Oura does not accept the client ID and secret. */
  | 'credentials'
  /** 409: the application has a subscription to this event already. */
  | 'exists'
  /** There is no subscription with this ID. */
  | 'gone'
  /** Another 4xx, for example because Oura's handshake with the address failed. */
  | 'refused';

const CONSEQUENCES: Readonly<Record<SubscriptionFailure, Consequences>> = {
  unavailable: TRANSIENT,
  credentials: INCORRECT,
  exists: PERMANENT,
  gone: PERMANENT,
  refused: PERMANENT,
};

/** A request about webhook subscriptions failed. The message names neither the secret nor the verification token. */
export class SubscriptionFailed extends AppError {
  override readonly name = 'SubscriptionFailed';
  override readonly consequences: Consequences;
  readonly failure: SubscriptionFailure;
  /** The HTTP status; undefined if none came. */
  readonly status: number | undefined;

  constructor(failure: SubscriptionFailure, message: string, status?: number) {
    super(message);
    this.consequences = CONSEQUENCES[failure];
    this.failure = failure;
    this.status = status;
  }
}
