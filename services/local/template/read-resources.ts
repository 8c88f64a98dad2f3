import { type InferType, type ObjectSchema, ValidationError } from 'yup';
import { KINDS, MEANINGLESS_TYPES } from '../resources/resource-types.ts';
import { UnknownProperty, UnknownResourceType } from './errors.ts';
import { type Names, resolve } from './intrinsics.ts';
import type { Template, TemplateResource, TemplateValue } from './parse-template.ts';

/** The one account and region of this machine, as in the ARNs that fauxqs and dynalite make. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** A resource with its properties resolved and checked. */
export interface Resource<Properties> {
  readonly logicalId: string;
  readonly properties: Properties;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export const queueUrl = (endpoint: string, name: string): string => `${endpoint}/${ACCOUNT}/${name}`;
export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const stateMachineArn = (name: string): string =>
  `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
export const executionArn = (machine: string, name: string): string =>
  `arn:aws:states:${REGION}:${ACCOUNT}:execution:${machine}:${name}`;
const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
/** The last part of an ARN (or of a plain name): here always a logical ID. */
export const nameInArn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

/** What `Ref` and `Fn::GetAtt` give, per type; `Ref` stands under the empty attribute name. */
const identities = (
  type: string,
  id: string,
  endpoint: string,
  stackName: string,
): Readonly<Record<string, string>> | undefined => {
  switch (type) {
    case 'AWS::DynamoDB::Table':
      return { '': id, Arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${id}` };
    case 'AWS::SQS::Queue':
      return {
        '': queueUrl(endpoint, id),
        QueueUrl: queueUrl(endpoint, id),
        QueueName: id,
        Arn: queueArn(id),
      };
    case 'AWS::Lambda::Function':
      return { '': id, Arn: functionArn(id) };
    case 'AWS::StepFunctions::StateMachine':
      return { '': stateMachineArn(id), Arn: stateMachineArn(id), Name: id };
    case 'AWS::IAM::Role':
      return { '': id, Arn: `arn:aws:iam::${ACCOUNT}:role/${id}` };
    case 'AWS::Logs::LogGroup':
      return {
        '': `/${stackName}/${id}`,
        Arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/${stackName}/${id}:*`,
      };
    case 'AWS::SNS::Topic':
      return { '': `arn:aws:sns:${REGION}:${ACCOUNT}:${id}`, TopicName: id };
    case 'AWS::CloudWatch::Dashboard':
    case 'AWS::CloudWatch::Alarm':
    case 'AWS::Scheduler::Schedule':
      return { '': id };
    default:
      return undefined;
  }
};

const namesOf = (template: Template, endpoint: string, stackName: string): Names => {
  const pseudo: Record<string, string> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const attribute: Names['attribute'] = (logicalId, name) => {
    const resource = template.Resources[logicalId];
    return resource && identities(resource.Type, logicalId, endpoint, stackName)?.[name];
  };
  return {
    ref: (name) => pseudo[name] ?? template.Parameters?.[name]?.Default ?? attribute(name, ''),
    attribute,
  };
};

/** A template whose every resource is known to the local runtime, with its values resolved. */
export interface Resources {
  /** The resources of `type`, their properties checked against and typed by `schema`. */
  of<S extends ObjectSchema<object>>(type: string, schema: S): Resource<InferType<S>>[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
}

const refuseUnknown = (logicalId: string, resource: TemplateResource): void => {
  if (resource.Type in MEANINGLESS_TYPES) return;
  const kind = KINDS[resource.Type];
  if (!kind) throw new UnknownResourceType(logicalId, resource.Type);
  for (const property of Object.keys(resource.Properties ?? {})) {
    if (!(property in kind.honoured.fields) && !(property in kind.meaningless)) {
      throw new UnknownProperty(logicalId, property);
    }
  }
};

const honouredOf = (
  logicalId: string,
  resource: TemplateResource,
  schema: ObjectSchema<object>,
  names: Names,
): object => {
  const honoured = Object.entries(resource.Properties ?? {}).filter(
    ([property]) => property in schema.fields,
  );
  const resolved = resolve(Object.fromEntries(honoured), names, logicalId);
  try {
    // Strictly first, or yup would drop what is unknown inside a property; then cast, since only that gives the defaults.
    schema.validateSync(resolved, { strict: true });
    return schema.cast(resolved);
  } catch (error: unknown) {
    if (!(error instanceof ValidationError)) throw error;
    throw new UnknownProperty(logicalId, error.path ?? '', error.message);
  }
};

/**
 * Reads `template` for a machine whose AWS endpoint is `endpoint`. A resource's physical name is its logical ID.
 * Throws {@link UnknownResourceType}, {@link UnknownProperty} or UnknownIntrinsic, by name: nothing is skipped.
 */
export const readResources = (template: Template, endpoint: string, stackName: string): Resources => {
  for (const [logicalId, resource] of Object.entries(template.Resources)) refuseUnknown(logicalId, resource);
  const names = namesOf(template, endpoint, stackName);
  const text = (value: TemplateValue, place: string): string => String(resolve(value, names, place));
  return {
    of: <S extends ObjectSchema<object>>(type: string, schema: S) =>
      Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, resource]) => ({
          logicalId,
          properties: honouredOf(logicalId, resource, schema, names) as InferType<S>,
          metadata: resource.Metadata ?? {},
        })),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([name, output]) => [
        name,
        text(output.Value, `Outputs.${name}`),
      ]),
    ),
  };
};
