import { createHash, createHmac } from 'node:crypto';
import type { AccessKeys } from '../../services/local/data-folder/access-keys.ts';

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

export interface Signing {
  readonly url: string;
  readonly body: string | Uint8Array;
  /** Lower-case names. Signed, with `host` and `x-amz-date`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default now */
  readonly time?: Date;
  /** @default that of `body` */
  readonly bodyHash?: string;
  /** The names to sign. @default all */
  readonly signed?: (name: string) => boolean;
}

/**
 * The headers of a POST with Signature Version 4, by AWS's description and without its SDK:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const signedHeaders = (
  { accessKeyId, secretAccessKey }: AccessKeys,
  { url, body, headers = {}, time = new Date(), bodyHash = sha256(body), signed = () => true }: Signing,
): Record<string, string> => {
  const { host, pathname } = new URL(url);
  const date = time.toISOString().replace(/[-:]|\.\d+/g, '');
  const all: Record<string, string> = { ...headers, host, 'x-amz-date': date };
  const names = Object.keys(all).filter(signed).sort();
  const canonical = [
    'POST',
    pathname,
    '',
    ...names.map((name) => `${name}:${all[name]}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n');
  const scope = [date.slice(0, 8), 'us-east-1', 'any', 'aws4_request'];
  const key = scope.reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n'));
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature.toString('hex')}`,
  };
};

/** Posts a call to an endpoint with its keys. */
export const signedCall = (
  { url, keys }: { readonly url: string; readonly keys: AccessKeys },
  target: string,
  body: string,
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: signedHeaders(keys, {
      url,
      body,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
    }),
    body,
  });
