import type { AwsService } from './aws-json.ts';

/** What the services cannot do at present, such as writing to a full disk. */
export interface Refusal {
  /** The message of the service, one sentence without a full stop. */
  readonly message: string;
  /** When the service first refused it, in ms of `performance.now()`. */
  readonly since: number;
}

const messageOf = (body: string): string => {
  const { message } = JSON.parse(body) as { message?: unknown };
  return String(message);
};

/** Remembers which operations fail by no fault of their callers, until each of them succeeds again. */
export class Refusals {
  private readonly refused = new Map<string, Refusal>();

  /** The same service, watched. */
  watch(service: AwsService): AwsService {
    return async (call) => {
      const reply = await service(call);
      if (reply.status === 200) this.refused.delete(call.target);
      else if (reply.status >= 500 && !this.refused.has(call.target))
        this.refused.set(call.target, { message: messageOf(reply.body), since: performance.now() });
      return reply;
    };
  }

  /** The refusal that has lasted longest. */
  oldest(): Refusal | undefined {
    return [...this.refused.values()].sort((one, other) => one.since - other.since)[0];
  }
}
