import { mixed, object } from 'yup';
import { HANDLER_METADATA } from '../../../shared/core/names.ts';
import { AwsError } from '../emulators/aws-json.ts';
import { arn } from '../template/arn.ts';
import { UnsupportedTemplate } from '../template/errors.ts';
import { closed, count, IGNORED } from './properties.ts';
import { resourceType } from './resource.ts';

type Variables = Readonly<Record<string, string>>;
const isVariables = (value: unknown): value is Variables =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((each) => typeof each === 'string');

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ENVIRONMENT_BYTES = 4096;

const checkEnvironment = (logicalId: string, variables: Variables): void => {
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) <= MAX_ENVIRONMENT_BYTES) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `${logicalId}: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.`,
  );
};

export const lambdaFunction = resourceType({
  type: 'AWS::Lambda::Function',
  properties: object({
    Timeout: count().default(3),
    ReservedConcurrentExecutions: count(),
    Environment: closed(object({ Variables: mixed<Variables>(isVariables) })).default(undefined),
  }),
  ignored: {
    FunctionName: IGNORED.name,
    Code: 'the handler runs from the source file that the metadata names',
    Handler: 'the metadata names the module, which exports createHandler',
    Runtime: 'every function runs in this Node process',
    Architectures: 'every function runs on the architecture of this machine',
    MemorySize: 'all functions share the memory of this process',
    Role: IGNORED.access,
    LoggingConfig: 'log lines go to the console',
    TracingConfig: IGNORED.tracing,
    Description: IGNORED.inventory,
    Tags: IGNORED.inventory,
  },
  identity: (id) => ({ Ref: id, Arn: arn('lambda', `function:${id}`) }),
  create: ({ logicalId, properties }) => checkEnvironment(logicalId, properties.Environment?.Variables ?? {}),
  start: async ({ logicalId, properties, metadata }, { functions, loadHandler, clients, clock, console }) => {
    const path = metadata[HANDLER_METADATA];
    if (typeof path !== 'string') {
      throw new UnsupportedTemplate(`a function without ${HANDLER_METADATA} in its metadata`, logicalId);
    }
    const createHandler = await loadHandler(path);
    functions.add(logicalId, {
      handler: createHandler({ ...clients, clock, console, env: properties.Environment?.Variables ?? {} }),
      timeoutMs: properties.Timeout * 1000,
      reserved: properties.ReservedConcurrentExecutions,
    });
    return undefined;
  },
});
