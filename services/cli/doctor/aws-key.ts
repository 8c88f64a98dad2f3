import { DescribeParametersCommand, GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { isDenied } from '../../operations/access-denied.ts';
import { storedIn } from '../../operations/credentials/stored-credentials.ts';
import { checkConnection } from './connection.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { checkKey, type OuraContext, reachOura } from './oura.ts';

const missing = (name: string, connect: string): Finding =>
  problem('key', `there is no parameter ${name}`, connect);

const checkType = (name: string, type: string | undefined, connect: string): Finding =>
  type === 'SecureString'
    ? ok('parameter', `${name} is a SecureString`)
    : problem(
        'parameter',
        `${name} is a ${type}: its value is kept in plain text`,
        `delete it, and ${connect}`,
      );

/** Where the caller may not read the key: whether it is there, and of the right type. */
const describe = async (ssm: SSMClient, name: string, connect: string): Promise<Finding[]> => {
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
        checkType(name, found.Type, connect),
        warning(
          'key',
          'you may not read it, so Oura was not asked',
          'the functions may: see how the last run ended',
        ),
      ];
    }
    NextToken = reply.NextToken;
  } while (NextToken);
  return [missing(name, connect)];
};

/** What the parameter holds: a connection, or a personal access token. */
const checkValue = async (value: string, oura: OuraContext): Promise<Finding[]> => {
  const stored = storedIn(value);
  if (stored.kind === 'connection') return checkConnection(stored.connection, oura);
  if (stored.kind === 'unusable')
    return [problem('connection', `the parameter ${stored.reason}`, oura.connect)];
  return [await checkKey(oura, value, oura.connect)];
};

/**
 * Whether the key is where the functions look for it, encrypted, and accepted by Oura, as far as the caller may read it.
 * Its value goes to Oura and nowhere else.
 */
export const checkParameter = async (ssm: SSMClient, name: string, oura: OuraContext): Promise<Finding[]> => {
  const { finding: reached } = await reachOura(oura.baseUrl);
  const { connect } = oura;
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    const type = checkType(name, Parameter?.Type, connect);
    if (reached.state === 'problem') return [reached, type];
    return [reached, type, ...(await checkValue(Parameter?.Value ?? '', oura))];
  } catch (error: unknown) {
    if (isDenied(error)) return [reached, ...(await describe(ssm, name, connect))];
    if (error instanceof Error && error.name === 'ParameterNotFound')
      return [reached, missing(name, connect)];
    throw error;
  }
};
