import type { AccessKeys } from '../data-folder/access-keys.ts';
import { REGION } from '../template/arn.ts';
import type { AwsService } from './aws-json.ts';
import { createSigner } from './verify-signature.ts';

/** Calls a service of the endpoint of another process for which there is no AWS client. */
export const remoteCall =
  (endpoint: string, keys: AccessKeys): AwsService =>
  async ({ target, body }) => {
    const { protocol, host, hostname } = new URL(endpoint);
    const headers = { host, 'x-amz-target': target };
    const signer = createSigner(keys, { region: REGION, service: 'local' });
    const unsigned = { method: 'POST', protocol, hostname, path: '/', query: {}, headers, body };
    const signed = await signer.sign(unsigned);
    const response = await fetch(endpoint, { method: 'POST', headers: signed.headers, body });
    return { status: response.status, headers: {}, body: await response.text() };
  };
