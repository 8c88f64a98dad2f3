import { createHmac } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import { isSameSecret } from '../../../shared/core/same-secret.ts';
import { PROOF } from './api.ts';
import { isForeignLink } from './guard.ts';
import { tokenGate } from './one-time-token.ts';

/** The keys that decide who may use a page. */
export interface PageKeys {
  /** Signs the cookies and makes their proofs. It is kept, so that a session survives a restart. */
  readonly cookieKey: string;
  /** Signs the tokens of addresses. Drawn at each start, so that a used token stays used. */
  readonly tokenKey: string;
}

/** What the session adds to a request. */
export interface SessionEnv {
  Variables: {
    /** The proof of the session that this request began: the page has to keep it. */
    proof?: string;
  };
}

const SESSION_SECONDS = 30 * 24 * 60 * 60;

export const NO_SESSION =
  'This page opens with an address that works once. Run npm run dashboard, and open the address that it prints.';

/**
 * A link of another site: a cookie that is SameSite=Strict does not come with it, so the page asks for itself once more.
 * It says nothing.
 */
const AGAIN = '<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Sleep</title>';

/** Whether the path is the document or a file that it loads: the browser requests them itself, without our header. */
const isShell = (path: string): boolean => path === '/' || path.startsWith('/assets/');

/**
 * Accepts requests with a session, which begins with the token of a printed address. All accounts of this machine can reach the
 * port, but only the owner of the data folder can print an address. A session has two halves: the cookie is enough for the
 * document and what it loads, which hold no data. All else also requires the {@link PROOF}, which only its script has.
 * @param port returns the port of the server. Browsers send cookies to all ports of a host, so the name has it
 */
export const session = (
  { cookieKey, tokenKey }: PageKeys,
  port: () => number,
): MiddlewareHandler<SessionEnv> => {
  const accept = tokenGate(tokenKey);
  const name = () => `oura-sleep-sync-${port()}`;

  const proofOf = (value: string) =>
    createHmac('sha256', cookieKey).update(`proof of ${value}`).digest('base64url');

  /** Returns the value of the cookie. Undefined: the request has no valid one. */
  const readCookie = async (context: Context): Promise<string | undefined> => {
    const value = (await getSignedCookie(context, cookieKey, name())) || '';
    const [, ofPort, expires] = /^(\d+)-(\d+)$/.exec(value) ?? [];
    return ofPort === String(port()) && Date.now() < Number(expires) * 1000 ? value : undefined;
  };

  const open = async (context: Context<SessionEnv>): Promise<void> => {
    const expires = Math.floor(Date.now() / 1000) + SESSION_SECONDS;
    const value = `${port()}-${expires}`;
    const options = { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: SESSION_SECONDS } as const;
    await setSignedCookie(context, name(), value, cookieKey, options);
    context.set('proof', proofOf(value));
  };

  return async (context, next) => {
    const { req } = context;
    const token = req.method === 'GET' && req.path === '/' ? req.query('token') : undefined;
    if (token !== undefined && accept(token)) {
      await open(context);
      return next();
    }
    const value = await readCookie(context);
    if (token !== undefined && value !== undefined) return context.redirect('/', 303);
    if (value !== undefined && (isShell(req.path) || isSameSecret(req.header(PROOF) ?? '', proofOf(value))))
      return next();
    if (isForeignLink(context)) return context.html(AGAIN);
    return req.path.startsWith('/api/')
      ? context.json({ error: NO_SESSION }, 401)
      : context.text(`${NO_SESSION}\n`, 401);
  };
};
