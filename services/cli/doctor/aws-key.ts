import { DescribeParametersCommand, GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { isDenied } from '../../operations/access-denied.ts';
import { storedIn } from '../../operations/credentials/stored-credentials.ts';
import { checkConnection } from './connection.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { checkKey, type OuraContext, reachOura } from './oura.ts';

const missing = (name: string, connect: string): Finding =>
  problem('key', `there is no parameter ${name}`, `run ${connect}`);

const checkType = (name: string, type: string | undefined, connect: string): Finding =>
  type === 'SecureString'
    ? ok('parameter', `${name} is a SecureString`)
    : problem(
        'parameter',
        `${name} is a ${type}: its value is stored in plain text`,
        `delete it, then run ${connect}`,
      );

/** For a caller who may not read the key: checks that it exists and is encrypted. */
const describe = async (ssm: SSMClient, name: string, connect: string): Promise<Finding[]> => {
  let NextToken: string | undefined;
  // An empty page may be followed by another.
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
          'you may not read it, so it was not tested with Oura',
          'see below how the last run ended: the functions may read it',
        ),
      ];
    }
    NextToken = reply.NextToken;
  } while (NextToken);
  return [missing(name, connect)];
};

const checkValue = async (value: string, oura: OuraContext): Promise<Finding[]> => {
  const stored = storedIn(value);
  if (stored.kind === 'connection') return checkConnection(stored.connection, oura);
  if (stored.kind === 'unusable')
    return [problem('connection', `the parameter ${stored.reason}`, `run ${oura.connect}`)];
  return [await checkKey(oura, value, `run ${oura.connect}`)];
};

/**
 * Checks that the functions can find the key, that it is encrypted, and that Oura accepts it, as far as the caller may read
 * it. Its value is sent only to Oura.
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
