import type { Log } from '../../core/log.ts';
import { type AccessToken, createAccessToken } from '../../oura/credentials/access-token.ts';
import { parameterStore } from '../store/parameter-store.ts';
import { createTokenRefreshLease } from '../store/token-refresh-lease.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * The access token of a deployed function, refreshed under the ledger's lease.
 * @param reference where the credentials are stored: `ssm:/name`
 * @param syncTable the name of OuraSyncTable
 */
export const lambdaAccessToken = (
  { ssm, dynamodb, clock }: Dependencies,
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
