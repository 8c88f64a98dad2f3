import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Checksum, SourceData } from '@smithy/types';
import { isSameSecret } from '../../../shared/core/same-secret.ts';
import type { AccessKeys } from '../data-folder/access-keys.ts';

// The SDK has loaded the signer for its clients already.

/** How far the time of a signature may be from ours, as on AWS. */
const MOST_SKEW_MS = 5 * 60_000;

class Sha256 implements Checksum {
  private readonly hash;

  constructor(key?: SourceData) {
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }

  update(chunk: Uint8Array): void {
    this.hash.update(chunk);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    throw new Error('A hash is used once');
  }
}

const bytesOf = (data: SourceData): string | Uint8Array =>
  typeof data === 'string'
    ? data
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);

/** The signer of the SDK. It adds no header of its own but the time. */
export const createSigner = (
  { accessKeyId, secretAccessKey }: AccessKeys,
  scope: { readonly region: string; readonly service: string },
): SignatureV4 =>
  new SignatureV4({
    ...scope,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    applyChecksum: false,
  });

/** The parts of `AWS4-HMAC-SHA256 Credential=<id>/<date>/<region>/<service>/aws4_request, SignedHeaders=<a;b>, Signature=<hex>`. */
interface Authorization {
  readonly id: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signed: readonly string[];
  readonly signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;

const authorizationIn = ({ authorization = '' }: IncomingHttpHeaders): Authorization | undefined => {
  const [match, id = '', date = '', region = '', service = '', signed = '', signature = ''] =
    AUTHORIZATION.exec(authorization) ?? [];
  return match === undefined
    ? undefined
    : { id, date, region, service, signed: signed.split(';'), signature };
};

/** The instant in `X-Amz-Date: 20260310T190000Z`, epoch milliseconds; NaN if it is none. */
const timeIn = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** AWS requires these headers to be signed. An unsigned one could be exchanged. */
const mustBeSigned = (header: string): boolean => header === 'host' || header.startsWith('x-amz-');

const textOf = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(',') : (value ?? '');

/** `late`: the signature is right, but its time is not: the SDK then corrects its clock. */
type Verdict = 'valid' | 'late' | 'invalid';

/** Verifies requests that are signed with Signature Version 4 in their headers. */
export interface Verifier {
  /** Whether the request names our access key ID. It is enough to read the body, and no more. */
  knows(request: IncomingMessage): boolean;
  /** Signs the request again as its header says, with the hash of `body`, and compares. */
  verify(request: IncomingMessage, body: Uint8Array): Promise<Verdict>;
}

export const createVerifier = (keys: AccessKeys, now: () => number = Date.now): Verifier => {
  const isOurs = (id: string): boolean => isSameSecret(id, keys.accessKeyId);
  return {
    knows: ({ headers }) => isOurs(authorizationIn(headers)?.id ?? ''),
    verify: async ({ method = '', url = '', headers }, body) => {
      const given = authorizationIn(headers);
      const signedAt = textOf(headers['x-amz-date']);
      const time = timeIn(signedAt);
      if (!given || !isOurs(given.id) || Number.isNaN(time) || !signedAt.startsWith(given.date))
        return 'invalid';
      const signed = new Set(given.signed);
      if (!signed.has('host') || Object.keys(headers).some((name) => mustBeSigned(name) && !signed.has(name)))
        return 'invalid';
      const hash = createHash('sha256').update(body).digest('hex');
      // Also rejects UNSIGNED-PAYLOAD and aws-chunked bodies, whose signature does not cover the body as it arrives.
      if (textOf(headers['x-amz-content-sha256'] ?? hash) !== hash || url.includes('?')) return 'invalid';
      const signer = createSigner(keys, given);
      const again = await signer.sign(
        {
          method,
          protocol: 'http:',
          hostname: '127.0.0.1',
          path: url,
          query: {},
          headers: Object.fromEntries(given.signed.map((name) => [name, textOf(headers[name])])),
          body,
        },
        { signingDate: new Date(time), signableHeaders: signed },
      );
      const expected = authorizationIn({ authorization: again.headers['authorization'] });
      if (!expected || !isSameSecret(expected.signature, given.signature)) return 'invalid';
      return Math.abs(now() - time) <= MOST_SKEW_MS ? 'valid' : 'late';
    },
  };
};
