import { PROOF } from '../../services/dashboard/server/api.ts';

/** A browser's session on the page: the headers that it sends with each request. */
export interface PageSession {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly headers: Readonly<Record<'cookie' | typeof PROOF, string>>;
}

/** Opens the address that a command printed, as a browser does. */
export const openSession = async (address: string): Promise<PageSession> => {
  const response = await fetch(address, { redirect: 'manual' });
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
  const [, proof] = new RegExp(`<meta name="${PROOF}" content="([^"]+)">`).exec(await response.text()) ?? [];
  if (cookie === '' || proof === undefined)
    throw new Error(`The page did not open: status ${response.status}`);
  return { url: new URL(address).origin, headers: { cookie, [PROOF]: proof } };
};
