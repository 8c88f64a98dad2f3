import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { isDenial } from '../../../shared/oura/errors.ts';
import { ConnectFailed } from './connect-failed.ts';
import type { Proof } from './prove.ts';
import type { ConnectTarget } from './target.ts';

const NEEDED_SCOPE = 'daily';
/** What stays empty without the scope. */
const WITHOUT_SPO2 =
  'The scope spo2 is not granted: breathing_disturbances will be empty in every night. Connect again and leave it ticked to have it.';

export const say = (text: string) => process.stdout.write(`${text}\n`);
export const warn = (text: string) => process.stderr.write(`${text}\n`);

/** Throws {@link ConnectFailed} where the scope is missing that no night can do without. */
export const checkScopes = (scopes: readonly string[]): void => {
  if (scopes.includes(NEEDED_SCOPE)) return;
  throw new ConnectFailed(
    `The scope ${NEEDED_SCOPE} was not granted, without which no night can be read, so nothing was stored: run npm run connect again and leave it ticked.`,
  );
};

/** Says what was connected or stored and what comes next, and what will be missing. */
export const conclude = (
  target: ConnectTarget,
  { connection, proof }: { connection: Connection; proof: Proof | undefined },
  { env, aws }: { env: NodeJS.ProcessEnv; aws: boolean },
): void => {
  const where = `scopes ${connection.scopes.join(', ')}. Kept in ${target.store.place}.`;
  if (proof?.verdict === 'accepted') {
    say(`Connected${proof.userId === undefined ? '' : ` as user ${proof.userId}`}, ${where}`);
  } else {
    // Whether it is worth anything only the first run can tell: a refresh token is good once.
    say(`Stored, but not tried yet, ${where}`);
    warn(
      proof === undefined
        ? 'The access token has ended: the first run refreshes it, or fails with reconnect needed.'
        : 'Oura is unavailable now: the first run tries it.',
    );
  }
  if (!connection.scopes.includes('spo2') || proof?.spo2 === false) warn(WITHOUT_SPO2);
  if (!aws && env['OURA_API_KEY'])
    warn('OURA_API_KEY is set and is used instead of the connection: unset it.');
  say(`Next: ${target.next}`);
};

/** Rethrows what Oura has against a token as a {@link ConnectFailed} that begins with `fact`. */
export const refusedBecause =
  (fact: string) =>
  (error: unknown): never => {
    if (isDenial(error)) throw new ConnectFailed(`${fact}: ${error.message}.`);
    throw error;
  };
