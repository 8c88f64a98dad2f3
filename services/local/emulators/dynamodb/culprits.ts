import { createHash } from 'node:crypto';
import type { AwsCall } from '../aws-json.ts';

type Request = Pick<AwsCall, 'target' | 'body'>;

/** A request that ended the engine this often is refused. The SDKs send a request up to three times. */
const MAX_ENDS = 2;
/** Then it may run again: what it met may have been a disk that woke up slowly. */
export const CULPRIT_MS = 10 * 60 * 1000;

const digestOf = ({ target, body }: Request): string =>
  createHash('sha256').update(target).update('\0').update(body).digest('base64');

/** The requests that ended the engine. */
export class Culprits {
  private readonly ends = new Map<string, { readonly count: number; readonly until: number }>();

  add(request: Request, now: number): void {
    for (const [digest, { until }] of this.ends) if (until <= now) this.ends.delete(digest);
    const digest = digestOf(request);
    const { count = 0 } = this.ends.get(digest) ?? {};
    this.ends.set(digest, { count: count + 1, until: now + CULPRIT_MS });
  }

  refuses(request: Request, now: number): boolean {
    if (this.ends.size === 0) return false;
    const known = this.ends.get(digestOf(request));
    return known !== undefined && known.until > now && known.count >= MAX_ENDS;
  }
}
