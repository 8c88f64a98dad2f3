import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import type {
  EndpointParameterInstructions,
  StaticOperationSchema,
  StaticStructureSchema,
} from '@smithy/types';
// @ts-expect-error The SDK gives its modules no types one by one. By path, since the package's name leads here.
import { defaultEndpointResolver } from '../../node_modules/@aws-sdk/client-ssm/dist-es/endpoint/endpointResolver.js';

// What the bundle needs of the client of Systems Manager: GetParameter and PutParameter. The whole client brings the shapes of 154
// operations and 140 errors, 78 KB that no bundler can drop, since each error registers itself when it is loaded.

const NAMESPACE = 'com.amazonaws.ssm';

/**
 * The SDK's clients of JSON services are one generated machine in different settings, which their constructors take. So
 * this is the one of Step Functions, which is in the bundle anyway, in the settings of Systems Manager.
 */
export class SSMClient extends SFNClient {
  constructor(config: SFNClientConfig = {}) {
    const settings: SFNClientConfig = {
      ...config,
      serviceId: 'SSM',
      protocol: AwsJson1_1Protocol,
      protocolSettings: {
        defaultNamespace: NAMESPACE,
        version: '2014-11-06',
        serviceTarget: 'AmazonSSM',
      },
    };
    super(Object.assign(settings, { endpointProvider: defaultEndpointResolver, signingName: 'ssm' }));
  }
}

// As the SDK writes its schemas: [kind, namespace, name, traits, members, their types, how many are required].
const STRUCTURE = 3;
const [STRING, BOOLEAN] = [0, 2];
/** Never in a log of the SDK. */
const SENSITIVE = 8;

const structure = (
  name: string,
  members: StaticStructureSchema[4],
  types: StaticStructureSchema[5],
  required = 0,
): StaticStructureSchema => [STRUCTURE, NAMESPACE, name, 0, members, types, required];
const value: StaticStructureSchema[5][number] = () => [0, NAMESPACE, 'PSParameterValue', SENSITIVE, STRING];
const operation = (
  name: string,
  request: StaticStructureSchema,
  result: StaticStructureSchema,
): StaticOperationSchema => [9, NAMESPACE, name, 0, () => request, () => result];

const parameter = structure('Parameter', ['Value'], [value]);
const getParameter = operation(
  'GetParameter',
  structure('GetParameterRequest', ['Name', 'WithDecryption'], [STRING, BOOLEAN], 1),
  structure('GetParameterResult', ['Parameter'], [() => parameter]),
);
const putParameter = operation(
  'PutParameter',
  structure(
    'PutParameterRequest',
    ['Name', 'Value', 'Type', 'Overwrite', 'Tier'],
    [STRING, value, STRING, BOOLEAN, STRING],
    2,
  ),
  structure('PutParameterResult', [], []),
);

const ENDPOINT: EndpointParameterInstructions = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
};
const command = makeBuilder(ENDPOINT, 'AmazonSSM', 'SSMClient', getEndpointPlugin);

/** Reads one parameter; of what SSM knows of it, the answer holds the value. */
export class GetParameterCommand extends command({}, () => [], 'GetParameter', getParameter) {}

/** Writes one parameter; nothing of the answer is kept. */
export class PutParameterCommand extends command({}, () => [], 'PutParameter', putParameter) {}
