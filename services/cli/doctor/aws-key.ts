import { DescribeParametersCommand, GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Day } from '../../../shared/contract/day.ts';
import { isDenied } from '../explain-aws.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { checkKey, reachOura } from './oura.ts';

const store = (name: string): string =>
  `aws ssm put-parameter --type SecureString --name ${name} --value <your token>`;

const missing = (name: string): Finding => problem('key', `there is no parameter ${name}`, store(name));

const checkType = (name: string, type: string | undefined): Finding =>
  type === 'SecureString'
    ? ok('parameter', `${name} is a SecureString`)
    : problem(
        'parameter',
        `${name} is a ${type}: its value is kept in plain text`,
        `delete it, make a new token, and ${store(name)}`,
      );

/** Where the caller may not read the key: whether it is there, and of the right type. */
const describe = async (ssm: SSMClient, name: string): Promise<Finding[]> => {
  let NextToken: string | undefined;
  // A page may be empty and another follow.
  do {
    const reply = await ssm.send(
      new DescribeParametersCommand({
        ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }],
        NextToken,
      }),
    );
    const [found] = reply.Parameters ?? [];
    if (found) {
      return [
        checkType(name, found.Type),
        warning(
          'key',
          'you may not read it, so Oura was not asked',
          'the functions may: see how the last run ended',
        ),
      ];
    }
    NextToken = reply.NextToken;
  } while (NextToken);
  return [missing(name)];
};

/**
 * Whether the key is where the functions look for it, encrypted, and accepted by Oura, as far as the caller may read it.
 * Its value goes to Oura and nowhere else.
 */
export const checkParameter = async (
  ssm: SSMClient,
  name: string,
  oura: { readonly baseUrl: string; readonly today: Day },
): Promise<Finding[]> => {
  const { finding: reached } = await reachOura(oura.baseUrl);
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    const type = checkType(name, Parameter?.Type);
    if (reached.state === 'problem') return [reached, type];
    return [
      reached,
      type,
      await checkKey(
        oura.baseUrl,
        Parameter?.Value ?? '',
        oura.today,
        store(name).replace('put-parameter', 'put-parameter --overwrite'),
      ),
    ];
  } catch (error: unknown) {
    if (isDenied(error)) return [reached, ...(await describe(ssm, name))];
    if (error instanceof Error && error.name === 'ParameterNotFound') return [reached, missing(name)];
    throw error;
  }
};
