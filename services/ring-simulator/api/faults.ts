import { sequenceOf } from '../sleeper/noise.ts';
import type { Collection } from './collections.ts';

/** What can go wrong between Oura and a client. */
export const FAULT_KINDS = [
  /** 429 with `Retry-After` and the X-RateLimit headers. */
  'rate_limited',
  /** 429 without any header that helps. */
  'rate_limited_silent',
  /** 500, 502 and 503; 502 has the HTML of a gateway as its body. */
  'internal_error',
  'bad_gateway',
  'unavailable',
  /** No answer at all, until the client gives up. */
  'hang',
  /** The connection is reset before an answer. */
  'reset',
  /** Status 200 and half of the announced body, then the connection ends. */
  'truncated',
  /** Status 200 and a body that is announced complete but is half a JSON document. */
  'malformed',
  /** Status 200, an HTML page. */
  'html',
  /** Status 200, JSON, but numbers are strings and strings are numbers. `id` and `day` stay readable. */
  'wrong_types',
  /** Every page comes twice, under different tokens. Lists only. */
  'duplicate_pages',
  /** The pages and the records in them come last first. Lists only. */
  'out_of_order_pages',
  /** `next_token` leads to the same page and the same token again. Lists only. */
  'repeating_token',
  /** The right answer, in small pieces over `millis`. */
  'slow_drip',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault with its measures. */
export interface FaultSpec {
  readonly kind: FaultKind;
  /** `rate_limited`: what `Retry-After` says; 1 where absent. */
  readonly retryAfterSeconds?: number;
  /** `slow_drip`: how long the body takes; 2000 where absent. */
  readonly millis?: number;
}
export type Fault = FaultKind | FaultSpec;

/** What a fault is meant for; absent: every API call. `token`, the token URLs, only where it is named. */
export interface FaultFilter {
  readonly collection?: Collection | 'personal_info' | 'token';
}

/** The switchboard of a simulator's faults. Of several that fit a call, the one set first applies. */
export interface FaultControl {
  /** The next `count` calls that fit. */
  next(count: number, fault: Fault, filter?: FaultFilter): void;
  /** Every call that fits, until `clear`. */
  always(fault: Fault, filter?: FaultFilter): void;
  /** Each call that fits with this probability, one of `faults`; the same seed and calls give the same faults. */
  random(options: { probability: number; faults: readonly Fault[]; seed: number } & FaultFilter): void;
  /** No more faults. The counts stay. */
  clear(): void;
  /** How many faults of each kind have been injected. */
  readonly counts: Readonly<Record<FaultKind, number>>;
}

/** The call that a fault may be injected into. */
export interface Faultable {
  readonly target: Collection | 'personal_info' | 'token';
  readonly isList: boolean;
}

interface Rule {
  readonly filter: FaultFilter;
  /** How many more times; `Infinity` for a rule that stays. */
  left: number;
  readonly pick: (call: Faultable) => FaultSpec | undefined;
}

const LISTS_ONLY: readonly FaultKind[] = ['duplicate_pages', 'out_of_order_pages', 'repeating_token'];
const specOf = (fault: Fault): FaultSpec => (typeof fault === 'string' ? { kind: fault } : fault);

/** A control and the server's side of it: `take` gives the fault that the call shall suffer, and counts it. */
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
        if (collection === undefined ? call.target === 'token' : collection !== call.target) continue;
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
