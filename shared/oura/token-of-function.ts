import type { Log } from '../runtime/logger.ts';
import type { Surroundings } from '../runtime/surroundings.ts';
import { createTokenRefreshLease } from '../store/token-refresh-lease.ts';
import { parameterStore } from './credential-store.ts';
import { type AccessToken, createAccessToken } from './credentials.ts';

/**
 * The access token of a deployed function, refreshed under the lease of the ledger.
 * @param reference where it is kept: `ssm:/name`
 * @param syncTable name of OuraSyncTable
 */
export const tokenOfFunction = (
  { ssm, dynamodb, clock }: Surroundings,
  reference: string,
  syncTable: string,
  log: Log,
): AccessToken =>
  createAccessToken({
    store: parameterStore(ssm, reference),
    lease: createTokenRefreshLease(dynamodb, syncTable, clock),
    clock,
    log,
  });
