import type { Context, MiddlewareHandler } from 'hono';
import { isLoopback } from '../../../shared/core/loopback.ts';

/** Values of Sec-Fetch-Site for requests from our own page, and from the user (address bar, bookmark). */
const OURS = new Set(['same-origin', 'none']);

/** Browsers omit it. */
const HTTP_PORT = '80';

const READS = new Set(['GET', 'HEAD']);

const isOwnHost = (host: string, port: number): boolean => {
  const [, name = '', given = HTTP_PORT] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return isLoopback(name) && given === String(port);
};

/** Whether another site made the request, as the browser says. */
const isForeign = ({ req }: Context): boolean => {
  const site = req.header('sec-fetch-site');
  return site !== undefined && !OURS.has(site);
};

/** Whether the user follows a link of another site to the page itself. */
export const isForeignLink = (context: Context): boolean =>
  isForeign(context) && context.req.path === '/' && context.req.header('sec-fetch-mode') === 'navigate';

/**
 * Accepts requests of the user's browser and of programs on this machine, and rejects other web pages:
 * - The Host must be loopback with our port, which stops DNS rebinding.
 * - Requests of other sites are rejected, except for a link to the page itself.
 * - Requests that change something must have our own Origin: browsers send it with each POST, and no page can forge it.
 * @param port returns the port of the server
 */
export const guard =
  (port: () => number): MiddlewareHandler =>
  async (context, next) => {
    const { req } = context;
    const host = req.header('host') ?? '';
    if (!isOwnHost(host, port()))
      return context.json({ error: 'This page is served on loopback only.' }, 403);
    if (isForeign(context) && !isForeignLink(context)) {
      return context.json({ error: 'Requests from other sites are not allowed.' }, 403);
    }
    const origin = req.header('origin');
    const ownOrigin = `http://${host}`;
    if (origin !== undefined ? origin !== ownOrigin : !READS.has(req.method)) {
      return context.json({ error: 'Only this page may send this request.' }, 403);
    }
    return next();
  };
