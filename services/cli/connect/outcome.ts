import { type Connection, missingScopes } from '../../../shared/oura/credentials/oauth-grant.ts';
import { isDenial } from '../../../shared/oura/errors.ts';
import { print, printError } from '../print/write.ts';
import { ConnectFailed } from './connect-failed.ts';
import type { Proof } from './prove.ts';
import type { ConnectTarget } from './target.ts';

const NEEDED_SCOPE = 'daily';
const WITHOUT_SPO2 =
  'The scope spo2 is not granted: breathing_disturbances will be empty in every night. To get it, connect again and leave it selected: the next run then completes the stored nights.';

/** Throws {@link ConnectFailed} if the scope that every night needs is missing. */
export const checkScopes = (scopes: readonly string[]): void => {
  if (scopes.includes(NEEDED_SCOPE)) return;
  throw new ConnectFailed(
    `Nothing was stored: the scope ${NEEDED_SCOPE} was not granted, which every night needs. Run npm run connect again and leave it selected.`,
  );
};

/** Records the user, and prints the result, warnings, and the next commands. */
export const conclude = async (
  target: ConnectTarget,
  {
    connection,
    proof,
    before,
  }: { connection: Connection; proof: Proof | undefined; before: Connection | undefined },
  { env, aws }: { env: NodeJS.ProcessEnv; aws: boolean },
): Promise<void> => {
  await target.rememberUser(proof?.userId);
  const where = `scopes ${connection.scopes.join(', ')}. Stored in ${target.store.place}.`;
  if (proof?.verdict === 'accepted') {
    print(`Connected${proof.userId === undefined ? '' : ` as user ${proof.userId}`}, ${where}`);
  } else {
    // Only the first run can test it: a refresh token is single-use.
    print(`Stored but not tested yet, ${where}`);
    printError(
      proof === undefined
        ? 'The access token has expired: the first run refreshes it, or fails with reconnect needed.'
        : 'Oura is unavailable now: the first run tests the connection.',
    );
  }
  if (!connection.scopes.includes('spo2') || proof?.spo2 === false) printError(WITHOUT_SPO2);
  const missing = before ? missingScopes(before.scopes) : [];
  const gained = missing.filter((scope) => connection.scopes.includes(scope));
  if (gained.length > 0) print(`New scopes: ${gained.join(', ')}. The next run completes the stored nights.`);
  if (!aws && env['OURA_API_KEY'])
    printError('OURA_API_KEY is set and takes precedence over the connection: unset it.');
  const { next, webhooks } = await target.nextStep();
  print(`Next: ${next}`);
  if (webhooks !== null) print(`To store nights within a minute after Oura announces them: ${webhooks}`);
};

/** Rethrows Oura's denial as a {@link ConnectFailed} that begins with `fact`. */
export const refusedBecause =
  (fact: string) =>
  (error: unknown): never => {
    if (isDenial(error)) throw new ConnectFailed(`${fact}: ${error.message}.`);
    throw error;
  };
