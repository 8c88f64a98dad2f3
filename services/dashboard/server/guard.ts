import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../../../shared/core/loopback.ts';

/** Where a browser says that a request comes from: our own page, or the user (address bar, bookmark). */
const OURS = new Set(['same-origin', 'none']);

/** Browsers leave it out. */
const HTTP_PORT = '80';

const READS = new Set(['GET', 'HEAD']);

const isOwnHost = (host: string, port: number): boolean => {
  const [, name = '', given = HTTP_PORT] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return isLoopback(name) && given === String(port);
};

/**
 * Serves the user's own browser and programs on this machine, and no other web page:
 * - the Host must be loopback with our port, so a name that was rebound to 127.0.0.1 gets nothing;
 * - what another site's page asks for is refused, but for following a link to the page itself;
 * - what changes something must carry our own Origin: a browser sends it with each POST, and no page can forge it.
 * @param port the port that the server listens on
 */
export const guard =
  (port: () => number): MiddlewareHandler =>
  async (context, next) => {
    const { req } = context;
    const host = req.header('host') ?? '';
    if (!isOwnHost(host, port()))
      return context.json({ error: 'This page is served on loopback only.' }, 403);
    const site = req.header('sec-fetch-site');
    const isLink = req.path === '/' && req.header('sec-fetch-mode') === 'navigate';
    if (site !== undefined && !OURS.has(site) && !isLink) {
      return context.json({ error: 'Other sites may not ask.' }, 403);
    }
    const origin = req.header('origin');
    const ownOrigin = `http://${host}`;
    if (origin !== undefined ? origin !== ownOrigin : !READS.has(req.method)) {
      return context.json({ error: 'Only this page itself may ask for that.' }, 403);
    }
    return next();
  };
