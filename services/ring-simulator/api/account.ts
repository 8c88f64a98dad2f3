import { type Collection, SCOPE } from '../sleeper/collections.ts';
import { CallRefused, problem } from './reply.ts';

/** The user's account, which a test may change at any time. */
export interface Account {
  /** Any other bearer token gets 401, unless a token URL issued it. `undefined`: accept every token if no application is registered. */
  apiKey: string | undefined;
  /** The scopes of a token that no token URL issued, with or without the `extapi:` prefix. */
  grantedScopes: readonly string[];
  /** `false`: the membership has lapsed and every call gets 403. */
  membershipActive: boolean;
}

const bare = (scope: string): string => scope.replace(/^extapi:/, '');
const has = (scopes: readonly string[], scope: string): boolean =>
  scopes.some((granted) => bare(granted) === scope);

/** Returns the scopes of a valid token; `undefined` for any other. */
export type ScopesOf = (token: string, now: number) => readonly string[] | undefined;

/**
 * Checks whether a call may read `target`, and returns the granted scopes. Throws {@link CallRefused}. As observed on the
 * real API, a missing header gets 400 instead of 401, and a missing scope gets 401 although 403 is documented.
 */
export const admit = (
  { membershipActive }: Account,
  scopesOf: ScopesOf,
  call: { readonly authorization: string | undefined; readonly now: number },
  target: Collection | 'personal_info',
): readonly string[] => {
  if (call.authorization === undefined) {
    const detail = "Missing auth token. Include a token in 'Authorization' header.";
    throw new CallRefused({ status: 400, body: { detail } });
  }
  const token = /^Bearer (\S+)$/i.exec(call.authorization)?.[1];
  const scopes = token === undefined ? undefined : scopesOf(token, call.now);
  if (scopes === undefined)
    throw new CallRefused(problem(401, 'Unauthorized', 'The access token is expired, malformed or revoked.'));
  if (!membershipActive)
    throw new CallRefused(problem(403, 'Forbidden', "The user's Oura membership has expired."));
  if (target !== 'personal_info' && !has(scopes, SCOPE[target]))
    throw new CallRefused(problem(401, 'Unauthorized', `The access token lacks the scope ${SCOPE[target]}.`));
  return scopes;
};

/** `personal_info`: the id needs no scope, the body measures need `personal`, the address needs `email`. */
export const personalInfo = (scopes: readonly string[], id: string): Readonly<Record<string, unknown>> => ({
  id,
  ...(has(scopes, 'personal') ? { age: 34, weight: 71.5, height: 1.76, biological_sex: 'female' } : {}),
  ...(has(scopes, 'email') ? { email: 'sleeper@example.com' } : {}),
});
