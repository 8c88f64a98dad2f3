import { type Collection, SCOPE } from './collections.ts';
import { problem, type Reply } from './reply.ts';

/** The user's account, which a test may change at any time. */
export interface Account {
  /** Any other bearer token gets 401; undefined: every one passes. */
  apiKey: string | undefined;
  /** The scopes that the user has granted, as they come back from the token URL (`extapi:` prefix or not). */
  grantedScopes: readonly string[];
  /** False: the membership has lapsed, every call gets 403. */
  membershipActive: boolean;
}

const bare = (scope: string): string => scope.replace(/^extapi:/, '');
const has = (account: Account, scope: string): boolean =>
  account.grantedScopes.some((granted) => bare(granted) === scope);

/**
 * Why the account does not get what it asks for; undefined where it does. A missing header is 400 and not 401; a scope
 * that was not granted is 401, as seen in practice (documented as 403).
 */
export const refusal = (
  account: Account,
  authorization: string | undefined,
  target: Collection | 'personal_info',
): Reply | undefined => {
  if (authorization === undefined)
    return {
      status: 400,
      body: { detail: "Missing auth token. Include a token in 'Authorization' header." },
    };
  const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
  if (token === undefined || (account.apiKey !== undefined && token !== account.apiKey))
    return problem(401, 'Unauthorized', 'The access token is expired, malformed or revoked.');
  if (!account.membershipActive) return problem(403, 'Forbidden', "The user's Oura membership has expired.");
  if (target !== 'personal_info' && !has(account, SCOPE[target]))
    return problem(401, 'Unauthorized', `The access token lacks the scope ${SCOPE[target]}.`);
  return undefined;
};

/** `personal_info`: the id needs no scope; body measures need `personal`, the address `email`. */
export const personalInfo = (account: Account, id: string): Readonly<Record<string, unknown>> => ({
  id,
  ...(has(account, 'personal') ? { age: 34, weight: 71.5, height: 1.76, biological_sex: 'female' } : {}),
  ...(has(account, 'email') ? { email: 'sleeper@example.com' } : {}),
});
