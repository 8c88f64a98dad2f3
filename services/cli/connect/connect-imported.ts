import { iso, systemClock } from '../../../shared/core/clock.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { bareScope, REQUESTED_SCOPES } from '../../../shared/oura/credentials/portals.ts';
import { shellWord } from '../print/advice.ts';
import { isOpenToOthers, readImportFile } from './import-file.ts';
import { checkScopes, conclude, refusedBecause, say, warn } from './outcome.ts';
import { fallbackTokenUrl } from './portal.ts';
import { prove } from './prove.ts';
import type { ConnectTarget } from './target.ts';

/** Stores the grant of a file after asking Oura once, unless its access token has ended: then the first run refreshes it. Throws a ConnectFailed or a UsageError. */
export const connectImported = async (
  target: ConnectTarget,
  path: string,
  aws: boolean,
  env: NodeJS.ProcessEnv,
): Promise<void> => {
  const { scopes: told, ...grant } = readImportFile(path);
  if (isOpenToOthers(path))
    warn(`${path} can be read by other users of this machine: chmod 600 ${shellWord(path)}`);
  const now = systemClock.now();
  const ended = Date.parse(grant.expires_at) <= now;
  if (told) checkScopes(told.map(bareScope));
  const proof = ended
    ? undefined
    : await prove(target.baseUrl, grant.access_token, target.today).catch(
        refusedBecause('Nothing was stored'),
      );
  const connection: Connection = {
    ...grant,
    fallback_token_url: fallbackTokenUrl(grant.token_url),
    scopes:
      told?.map(bareScope) ?? REQUESTED_SCOPES.filter((scope) => scope !== 'spo2' || proof?.spo2 !== false),
    connected_at: iso(now),
    refreshed_at: null,
  };
  await target.store.write(connection);
  conclude(target, { connection, proof }, { env, aws });
  say(`Its refresh token is good once and belongs to this connection from now on: delete ${path}.`);
};
