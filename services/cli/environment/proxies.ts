import { LOOPBACK_NAMES } from '../../../shared/core/loopback.ts';

// One route for every request of a command: what the user's proxy variables say, and never a proxy for this machine.
// Node's own mechanism serves fetch, axios and the token exchange alike (docs/connect.md). The AWS SDK does not use it.

/** What the proxy variables say about requests to Oura, which are https. */
export type ProxyChoice =
  | { readonly kind: 'none' }
  /** @property url without user and password */
  | { readonly kind: 'proxy'; readonly variable: string; readonly url: string }
  | { readonly kind: 'unusable'; readonly variable: string };

/** Lower case takes precedence, as in curl and Node. */
const SPELLINGS = {
  https: ['https_proxy', 'HTTPS_PROXY'],
  http: ['http_proxy', 'HTTP_PROXY'],
  none: ['no_proxy', 'NO_PROXY'],
} as const;

const given = (env: NodeJS.ProcessEnv, kind: keyof typeof SPELLINGS): string | undefined =>
  SPELLINGS[kind].find((name) => env[name]);

/** The URL of an http or https proxy; `host:port` is one of http, as in curl. */
const proxyUrl = (text: string | undefined): URL | undefined => {
  const url = URL.parse(/^[\w.-]+:\d+\/?$/.test(text ?? '') ? `http://${text}` : (text ?? ''));
  return url && ['http:', 'https:'].includes(url.protocol) ? url : undefined;
};

export const proxyChoice = (env: NodeJS.ProcessEnv): ProxyChoice => {
  const variable = given(env, 'https');
  if (variable === undefined) return { kind: 'none' };
  const url = proxyUrl(env[variable]);
  return url ? { kind: 'proxy', variable, url: url.origin } : { kind: 'unusable', variable };
};

/** Node compares an IPv6 address without brackets, its fetch with them. */
const LOOPBACK_HOSTS = [...LOOPBACK_NAMES, '::1'];

/**
 * Routes the requests of this process by the proxy variables of `env`, with or without NODE_USE_ENV_PROXY, but those to loopback
 * directly. Ignores a variable that is no URL of a proxy. Changes NO_PROXY of `env`, for threads and child processes.
 */
export const routeRequests = (env: NodeJS.ProcessEnv): void => {
  const [https, http] = (['https', 'http'] as const).map((kind) => given(env, kind));
  if (https === undefined && http === undefined) return;
  const variable = given(env, 'none') ?? 'NO_PROXY';
  const no_proxy = [env[variable], ...LOOPBACK_HOSTS].filter(Boolean).join(',');
  env[variable] = no_proxy;
  const url = (name: string | undefined) => (name === undefined ? undefined : proxyUrl(env[name])?.href);
  // An import of node:http would also load Node's fetch (loopback-server.ts).
  process
    .getBuiltinModule('node:http')
    .setGlobalProxyFromEnv({ https_proxy: url(https), http_proxy: url(http), no_proxy });
};
