import { showInstant } from '../../../shared/core/show-instant.ts';
import { type Connection, missingScopes } from '../../../shared/oura/credentials/oauth-grant.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { checkKey, type OuraContext } from './oura.ts';

const checkScopes = (connection: Connection, connect: string): Finding => {
  const missing = missingScopes(connection.scopes);
  if (missing.length === 0) return ok('scopes', connection.scopes.join(', '));
  return missing.includes('daily')
    ? problem(
        'scopes',
        'daily is not granted: without it no night can be read',
        `run ${connect}, and leave it selected`,
      )
    : warning(
        'scopes',
        'spo2 is not granted: breathing_disturbances stays empty',
        `if you want them, run ${connect}, and leave it selected`,
      );
};

/**
 * Checks a stored connection and asks Oura about its access token. It does not refresh an expired one: a check must not use up
 * the single-use refresh token. checkLedger reports a rejected refresh token.
 */
export const checkConnection = async (connection: Connection, oura: OuraContext): Promise<Finding[]> => {
  const show = (instant: string) => showInstant(Date.parse(instant), oura.timeZone);
  const expired = Date.parse(connection.expires_at) <= oura.now;
  const refreshed = connection.refreshed_at === null ? '' : `, refreshed ${show(connection.refreshed_at)}`;
  const until = expired
    ? 'the next run refreshes its access token'
    : `its access token expires at ${show(connection.expires_at)}`;
  return [
    ok(
      'connection',
      `to application ${connection.client_id} since ${show(connection.connected_at)}${refreshed}; ${until}`,
    ),
    checkScopes(connection, oura.connect),
    ...(expired ? [] : [await checkKey(oura, connection.access_token, `run ${oura.connect}`)]),
  ];
};
