import { type Connection, missingScopes } from '../../../shared/oura/credentials/oauth-grant.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { checkKey, type OuraContext } from './oura.ts';

const checkScopes = (connection: Connection, connect: string): Finding => {
  const missing = missingScopes(connection.scopes);
  if (missing.length === 0) return ok('scopes', connection.scopes.join(', '));
  return missing.includes('daily')
    ? problem(
        'scopes',
        'daily is not granted, without which no night can be read',
        `${connect}, and leave it ticked`,
      )
    : warning(
        'scopes',
        'spo2 is not granted: breathing_disturbances stays empty',
        `${connect}, and leave it ticked, where you want it`,
      );
};

/**
 * What a stored connection says of itself, and Oura of its access token: one that has ended is the next run's to refresh, and
 * looking must not spend anything. Whether it was rejected for good, the ledger knows.
 */
export const checkConnection = async (connection: Connection, oura: OuraContext): Promise<Finding[]> => {
  const ended = Date.parse(connection.expires_at) <= oura.now;
  const refreshed = connection.refreshed_at === null ? '' : `, refreshed ${connection.refreshed_at}`;
  const until = ended
    ? 'the next run refreshes its access token'
    : `its access token lives until ${connection.expires_at}`;
  return [
    ok(
      'connection',
      `to application ${connection.client_id} since ${connection.connected_at}${refreshed}; ${until}`,
    ),
    checkScopes(connection, oura.connect),
    ...(ended ? [] : [await checkKey(oura, connection.access_token, oura.connect)]),
  ];
};
