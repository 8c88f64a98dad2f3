import type { Collection } from '../sleeper/collections.ts';
import { sequenceOf } from '../sleeper/noise.ts';

/** The faults that the simulator can inject. */
export const FAULT_KINDS = [
  /** 429 with `Retry-After` and the X-RateLimit headers. */
  'rate_limited',
  /** 429 without `Retry-After` or X-RateLimit headers. */
  'rate_limited_silent',
  /** 429 with `Retry-After` and the X-RateLimit headers, and a body that is not compressed as `Content-Encoding` says. */
  'rate_limited_garbled',
  /** 403 and 503 with Cloudflare's HTML page and `cf-mitigated: challenge`. They say nothing about the account. */
  'challenge_forbidden',
  'challenge_unavailable',
  /** 500, 502 and 503. The body of the 502 is a gateway's HTML page. */
  'internal_error',
  'bad_gateway',
  'unavailable',
  /** No response at all, until the client gives up. */
  'hang',
  /** The connection is reset before the response. */
  'reset',
  /** Status 200 and half of the announced body, then the connection closes. */
  'truncated',
  /** Status 200 and a complete body that is half a JSON document. */
  'malformed',
  /** Status 200, an HTML page. */
  'html',
  /** Status 200 and JSON in which numbers are strings and strings are numbers. `id` and `day` are unchanged. */
  'wrong_types',
  /** Every page is served twice, under different tokens. Lists only. */
  'duplicate_pages',
  /** Pages, and the records in them, come in reverse order. Lists only. */
  'out_of_order_pages',
  /** `next_token` leads to the same page with the same token. Lists only. */
  'repeating_token',
  /** The regular response, in small pieces over `millis`. */
  'slow_drip',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault with its parameters. */
export interface FaultSpec {
  readonly kind: FaultKind;
  /** `rate_limited`, `rate_limited_garbled`: the value of `Retry-After`. Default 1. */
  readonly retryAfterSeconds?: number;
  /** `slow_drip`: how long the body takes. Default 2000. */
  readonly millis?: number;
}
export type Fault = FaultKind | FaultSpec;

/** What a call asks for. A fault without a filter affects the API calls, neither the token URLs nor the webhook API. */
type Target = Collection | 'personal_info' | 'token' | 'webhook';
const isApart = (target: Target): boolean => target === 'token' || target === 'webhook';

/** The calls that a fault applies to. Default: every API call. */
interface FaultFilter {
  readonly collection?: Target;
}

/** Injects faults. If several match a call, the one set first applies. */
export interface FaultControl {
  /** Affects the next `count` matching calls. */
  next(count: number, fault: Fault, filter?: FaultFilter): void;
  /** Affects every matching call until `clear`. */
  always(fault: Fault, filter?: FaultFilter): void;
  /** Affects each matching call with this probability by one of `faults`. The same seed and calls give the same faults. */
  random(options: { probability: number; faults: readonly Fault[]; seed: number } & FaultFilter): void;
  /** Removes all faults but keeps the counts. */
  clear(): void;
  /** How many faults of each kind were injected. */
  readonly counts: Readonly<Record<FaultKind, number>>;
}

/** A call that can suffer a fault. */
export interface Faultable {
  readonly target: Target;
  readonly isList: boolean;
}

interface Rule {
  readonly filter: FaultFilter;
  /** How many more times the rule applies; `Infinity` for `always` and `random`. */
  left: number;
  readonly pick: (call: Faultable) => FaultSpec | undefined;
}

const LISTS_ONLY: readonly FaultKind[] = ['duplicate_pages', 'out_of_order_pages', 'repeating_token'];
const specOf = (fault: Fault): FaultSpec => (typeof fault === 'string' ? { kind: fault } : fault);

/** Creates the control and the server's side of it: `take` returns the fault for a call, if any, and counts it. */
export const createFaults = (): FaultControl & { take(call: Faultable): FaultSpec | undefined } => {
  let rules: Rule[] = [];
  const counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const suits = (call: Faultable, { kind }: FaultSpec) => call.isList || !LISTS_ONLY.includes(kind);
  const fixed = (fault: Fault) => (call: Faultable) =>
    suits(call, specOf(fault)) ? specOf(fault) : undefined;
  return {
    counts,
    next: (count, fault, filter = {}) => {
      rules.push({ filter, left: count, pick: fixed(fault) });
    },
    always: (fault, filter = {}) => {
      rules.push({ filter, left: Number.POSITIVE_INFINITY, pick: fixed(fault) });
    },
    random: ({ probability, faults, seed, ...filter }) => {
      const chance = sequenceOf(seed);
      const pick = (call: Faultable) => {
        const strikes = chance() < probability;
        const choice = faults[Math.floor(chance() * faults.length)];
        return strikes && choice !== undefined ? fixed(choice)(call) : undefined;
      };
      rules.push({ filter, left: Number.POSITIVE_INFINITY, pick });
    },
    clear: () => {
      rules = [];
    },
    take: (call) => {
      for (const rule of rules) {
        const { collection } = rule.filter;
        if (collection === undefined ? isApart(call.target) : collection !== call.target) continue;
        const fault = rule.pick(call);
        if (fault === undefined) continue;
        rule.left -= 1;
        rules = rules.filter(({ left }) => left > 0);
        counts[fault.kind] += 1;
        return fault;
      }
      return undefined;
    },
  };
};
