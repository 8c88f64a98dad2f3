import { type AwsService, operationOf } from './aws-json.ts';

/** What the services cannot do at present, such as writing to a full disk. */
export interface Refusal {
  /** The message of the service, one sentence without a full stop. */
  readonly message: string;
  /** When the service first refused it, in ms of `performance.now()`. */
  readonly since: number;
}

/** A read also succeeds on a full disk. */
const READS = /^(Get|BatchGet|List|Describe|Query|Scan|Receive)/;
/** The SDK and the pollers repeat what failed within a few seconds. */
const REPEATED_WITHIN_MS = 10_000;

const serviceOf = (target: string): string => target.slice(0, target.indexOf('.'));

const messageOf = (body: string): string => {
  const { message } = JSON.parse(body) as { message?: unknown };
  return String(message);
};

/**
 * Remembers which operations fail by no fault of their callers, until each of them succeeds again. One that no one repeats, such
 * as the call of another tool, is forgotten after a later write to the same service.
 */
export class Refusals {
  private readonly refused = new Map<string, Refusal & { last: number }>();
  /** When each service last accepted a write, by the prefix of its targets. */
  private readonly accepted = new Map<string, number>();

  /** The same service, watched. */
  watch(service: AwsService): AwsService {
    return async (call) => {
      const reply = await service(call);
      const now = performance.now();
      if (reply.status === 200) {
        this.refused.delete(call.target);
        if (!READS.test(operationOf(call))) this.accepted.set(serviceOf(call.target), now);
      } else if (reply.status >= 500) {
        const earlier = this.refused.get(call.target);
        const refusal = earlier ?? { message: messageOf(reply.body), since: now };
        this.refused.set(call.target, { ...refusal, last: now });
      }
      return reply;
    };
  }

  /** The refusal that has lasted longest. */
  oldest(): Refusal | undefined {
    const now = performance.now();
    for (const [target, { last }] of this.refused)
      if (now - last > REPEATED_WITHIN_MS && (this.accepted.get(serviceOf(target)) ?? 0) > last)
        this.refused.delete(target);
    return [...this.refused.values()].sort((one, other) => one.since - other.since)[0];
  }
}
