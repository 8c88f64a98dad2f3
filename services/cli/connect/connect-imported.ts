import { iso, systemClock } from '../../../shared/core/clock.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { bareScope, REQUESTED_SCOPES } from '../../../shared/oura/credentials/portals.ts';
import { shellWord } from '../print/advice.ts';
import { print, printError } from '../print/write.ts';
import { isOpenToOthers, readImportFile } from './import-file.ts';
import { checkScopes, conclude, refusedBecause } from './outcome.ts';
import { fallbackTokenUrl } from './portal.ts';
import { prove } from './prove.ts';
import type { ConnectTarget } from './target.ts';

/**
 * Tests the grant of a file with Oura and stores it. If its access token has expired, the first run refreshes it instead.
 * Throws a ConnectFailed or a UsageError.
 */
export const connectImported = async (
  target: ConnectTarget,
  path: string,
  aws: boolean,
  env: NodeJS.ProcessEnv,
): Promise<void> => {
  const { scopes: given, ...grant } = readImportFile(path);
  if (isOpenToOthers(path))
    printError(`Other users of this machine can read ${path}: run chmod 600 ${shellWord(path)}`);
  const now = systemClock.now();
  const expired = Date.parse(grant.expires_at) <= now;
  if (given) checkScopes(given.map(bareScope));
  const proof = expired
    ? undefined
    : await prove(target.baseUrl, grant.access_token, target.today).catch(
        refusedBecause('Nothing was stored'),
      );
  const connection: Connection = {
    ...grant,
    fallback_token_url: fallbackTokenUrl(grant.token_url),
    scopes:
      given?.map(bareScope) ?? REQUESTED_SCOPES.filter((scope) => scope !== 'spo2' || proof?.spo2 !== false),
    connected_at: iso(now),
    refreshed_at: null,
  };
  const held = await target.store.read();
  await target.store.write(connection);
  const before = held.kind === 'connection' ? held.connection : undefined;
  await conclude(target, { connection, proof, before }, { env, aws });
  print(`Delete ${path} now: its refresh token is single-use and belongs to this connection.`);
};
