import { ENV } from '../contract/names.ts';
import { requireEnv } from '../runtime/env.ts';
import type { Log } from '../runtime/logger.ts';
import type { Surroundings } from '../runtime/surroundings.ts';
import { createTokenRefreshLease } from '../store/token-refresh-lease.ts';
import { parameterStore } from './credential-store.ts';
import { type AccessToken, createAccessToken } from './credentials.ts';

/** The access token of a deployed function: kept in the parameter that its environment names, refreshed under the ledger's lease. */
export const tokenOfFunction = ({ env, clock, dynamodb, ssm }: Surroundings, log: Log): AccessToken =>
  createAccessToken({
    store: parameterStore(ssm, requireEnv(env, ENV.ouraApiKey)),
    lease: createTokenRefreshLease(dynamodb, requireEnv(env, ENV.ouraSyncTable), clock),
    clock,
    log,
  });
