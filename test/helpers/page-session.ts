/** A browser's session on the page: the headers that it sends with each request. */
export interface PageSession {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly headers: { readonly cookie: string };
}

/** Opens the address that a command printed, as a browser does. */
export const openSession = async (address: string): Promise<PageSession> => {
  const { status, headers } = await fetch(address, { redirect: 'manual' });
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
  if (status !== 303 || cookie === '') throw new Error(`The page did not open: status ${status}`);
  return { url: new URL(address).origin, headers: { cookie } };
};
