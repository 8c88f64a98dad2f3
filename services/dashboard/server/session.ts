import type { Context, MiddlewareHandler } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import { isForeignLink } from './guard.ts';
import { tokenGate } from './one-time-token.ts';

/** The keys that decide who may use a page. */
export interface PageKeys {
  /** Signs the cookies. It is kept, so that a session survives a restart. */
  readonly cookieKey: string;
  /** Signs the tokens of addresses. Drawn at each start, so that a used token stays used. */
  readonly tokenKey: string;
}

const SESSION_SECONDS = 30 * 24 * 60 * 60;

export const NO_SESSION =
  'This page opens with an address that works once. Run npm run dashboard, and open the address that it prints.';

/**
 * A link of another site: a cookie that is SameSite=Strict does not come with it, so the page asks for itself once more.
 * It says nothing.
 */
const AGAIN = '<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Sleep</title>';

/**
 * Accepts requests with a session, which begins with the token of a printed address. All accounts of this machine can reach the
 * port, but only the owner of the data folder can print an address.
 * @param port returns the port of the server. Browsers send cookies to all ports of a host, so the name has it
 */
export const session = ({ cookieKey, tokenKey }: PageKeys, port: () => number): MiddlewareHandler => {
  const accept = tokenGate(tokenKey);
  const name = () => `oura-sleep-sync-${port()}`;

  const isOpen = async (context: Context): Promise<boolean> => {
    const value = await getSignedCookie(context, cookieKey, name());
    const [, ofPort, expires] = /^(\d+)-(\d+)$/.exec(value || '') ?? [];
    return ofPort === String(port()) && Date.now() < Number(expires) * 1000;
  };

  const open = (context: Context): Promise<void> => {
    const expires = Math.floor(Date.now() / 1000) + SESSION_SECONDS;
    const options = { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: SESSION_SECONDS } as const;
    return setSignedCookie(context, name(), `${port()}-${expires}`, cookieKey, options);
  };

  return async (context, next) => {
    const { req } = context;
    const token = req.method === 'GET' && req.path === '/' ? req.query('token') : undefined;
    const isAccepted = token !== undefined && accept(token);
    if (isAccepted) await open(context);
    if (isAccepted || (token !== undefined && (await isOpen(context)))) return context.redirect('/', 303);
    if (await isOpen(context)) return next();
    if (isForeignLink(context)) return context.html(AGAIN);
    return req.path.startsWith('/api/')
      ? context.json({ error: NO_SESSION }, 401)
      : context.text(`${NO_SESSION}\n`, 401);
  };
};
