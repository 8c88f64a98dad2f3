import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Settings } from '../../../cdk/settings.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Who the credentials belong to. Throws what the SDK throws where there are none or AWS rejects them. */
export const checkCaller = async (sts: STSClient): Promise<Finding> => {
  const { Arn, Account } = await sts.send(new GetCallerIdentityCommand({}));
  return ok('credentials', `${Arn} in account ${Account}`);
};

/** What AWS never lets functions reserve: 100 of the account's limit, or all of a smaller one. */
const KEPT_UNRESERVED = 100;

const ASK_FOR_MORE = 'ask for a higher limit (Service Quotas, Lambda, Concurrent executions; free)';

/**
 * Whether as many workers may run as are set.
 * @param worker name of the deployed function; undefined where the stack is not deployed yet
 */
export const checkConcurrency = async (
  lambda: LambdaClient,
  worker: string | undefined,
  { concurrency, reserveConcurrency }: Pick<Settings, 'concurrency' | 'reserveConcurrency'>,
): Promise<Finding> => {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  const unreserved = AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  const account = `the account may run ${limit} functions at once, ${unreserved} of them unreserved`;
  if (worker === undefined) {
    return reserveConcurrency && unreserved - concurrency < Math.min(KEPT_UNRESERVED, limit)
      ? problem(
          'concurrency',
          `${account}: ${concurrency} cannot be reserved for the worker`,
          `deploy with -c reserveConcurrency=false, or ${ASK_FOR_MORE}`,
        )
      : ok('concurrency', account);
  }
  const { ReservedConcurrentExecutions: reserved } = await lambda.send(
    new GetFunctionConcurrencyCommand({ FunctionName: worker }),
  );
  if (reserved === 0) {
    return problem(
      'concurrency',
      'the worker may not run: 0 are reserved for it',
      `aws lambda delete-function-concurrency --function-name ${worker}, or npx cdk deploy`,
    );
  }
  if (reserved !== undefined) return ok('concurrency', `${reserved} reserved for the worker; ${account}`);
  return unreserved < concurrency
    ? problem('concurrency', account, ASK_FOR_MORE)
    : unreserved <= 10
      ? warning(
          'concurrency',
          `${account}; none is reserved for the worker`,
          `${ASK_FOR_MORE} where the worker is throttled`,
        )
      : ok('concurrency', `none is reserved for the worker; ${account}`);
};
