import type { AwsService } from './aws-json.ts';

/** Calls a service of the endpoint of another process for which there is no AWS client. */
export const remoteCall =
  (endpoint: string): AwsService =>
  async ({ target, body }) => {
    const response = await fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': target }, body });
    return { status: response.status, headers: {}, body: await response.text() };
  };
