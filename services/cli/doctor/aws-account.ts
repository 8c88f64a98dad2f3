import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { reservedConcurrency } from '../../../cdk/reserved-concurrency.ts';
import type { Settings } from '../../../cdk/settings.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Throws the SDK's error if there are no credentials, or AWS rejects them. */
export const checkCaller = async (sts: STSClient): Promise<Finding> => {
  const { Arn, Account } = await sts.send(new GetCallerIdentityCommand({}));
  return ok('credentials', `${Arn} in account ${Account}`);
};

/** AWS keeps 100 of the account's limit unreserved, or all of a smaller limit. */
const KEPT_UNRESERVED = 100;

/**
 * Whether the account's limit lets the functions reserve `concurrency`.
 * @param unreserved what no function has reserved, those of the stack not counted
 */
export const canReserve = (concurrency: number, limit: number, unreserved: number): boolean =>
  unreserved - concurrency >= Math.min(KEPT_UNRESERVED, limit);

const REQUEST_MORE = 'request a higher limit (Service Quotas, Lambda, Concurrent executions; free)';

/**
 * Checks that the configured number of workers may run at once.
 * @param worker name of the deployed function; undefined if the stack is not deployed
 */
export const checkConcurrency = async (
  lambda: LambdaClient,
  worker: string | undefined,
  settings: Pick<Settings, 'concurrency' | 'reserveConcurrency' | 'webhooks'>,
): Promise<Finding> => {
  const { concurrency } = settings;
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  const unreserved = AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  const account = `the account may run ${limit} functions at once, ${unreserved} of them unreserved`;
  if (worker === undefined) {
    const wanted = reservedConcurrency(settings);
    return wanted > 0 && !canReserve(wanted, limit, unreserved)
      ? problem(
          'concurrency',
          `${account}: ${wanted} cannot be reserved for the functions`,
          `run npm run deploy, which then reserves none, or ${REQUEST_MORE}`,
        )
      : ok('concurrency', account);
  }
  const { ReservedConcurrentExecutions: reserved } = await lambda.send(
    new GetFunctionConcurrencyCommand({ FunctionName: worker }),
  );
  if (reserved === 0) {
    return problem(
      'concurrency',
      'the worker cannot run: its reserved concurrency is 0',
      `run aws lambda delete-function-concurrency --function-name ${worker}, or npm run deploy`,
    );
  }
  if (reserved !== undefined) return ok('concurrency', `${reserved} reserved for the worker; ${account}`);
  return unreserved < concurrency
    ? problem('concurrency', account, REQUEST_MORE)
    : unreserved <= 10
      ? warning(
          'concurrency',
          `${account}; none is reserved for the worker`,
          `if the worker is throttled, ${REQUEST_MORE}`,
        )
      : ok('concurrency', `none is reserved for the worker; ${account}`);
};
