import { type InferType, type ObjectSchema, ValidationError } from 'yup';

import { ACCOUNT, REGION } from './arn.ts';
import { UnknownProperty, UnknownResourceType } from './errors.ts';
import { type Names, resolve } from './intrinsics.ts';
import type { Template, TemplateResource } from './parse-template.ts';

/** A resource with its properties resolved and checked. */
export interface Resource<Properties> {
  readonly logicalId: string;
  readonly properties: Properties;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What the names of resources depend on. */
export interface StackNames {
  /** Address of the machine's AWS endpoint. */
  readonly endpoint: string;
  readonly stackName: string;
}

/** What identifies a resource: what `Ref` returns, and what `Fn::GetAtt` returns by attribute. */
type Identity = Readonly<Record<string, string>> & { readonly Ref: string };
type Identify = (logicalId: string, stack: StackNames) => Identity;

/** A resource type that one machine realises. */
export interface ResourceType<Schema extends ObjectSchema<object> = ObjectSchema<object>> {
  readonly type: string;
  /** The properties that take effect. */
  readonly properties: Schema;
  /** The properties that have no meaning on one machine, each with the reason. */
  readonly ignored: Readonly<Record<string, string>>;
  /** Missing where the template cannot refer to a resource of this type. */
  readonly identity?: Identify;
}

/** A resource type that has no meaning on one machine, whatever its properties. */
export interface IgnoredType {
  readonly type: string;
  readonly reason: string;
  readonly identity?: Identify;
}

/** The types that a template may hold, by name. */
type Types = ReadonlyMap<string, ResourceType | IgnoredType>;

const namesOf = (template: Template, types: Types, stack: StackNames): Names => {
  const pseudo: Record<string, string> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::StackName': stack.stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const attribute: Names['attribute'] = (logicalId, name) => {
    const resource = template.Resources[logicalId];
    return resource && types.get(resource.Type)?.identity?.(logicalId, stack)[name];
  };
  return {
    ref: (name) => pseudo[name] ?? template.Parameters?.[name]?.Default ?? attribute(name, 'Ref'),
    attribute,
  };
};

/** A template whose every resource is known to the local runtime, with its values resolved. */
export interface Resources {
  /** The resources of a type, with their properties checked and typed by its schema. */
  of<S extends ObjectSchema<object>>(
    type: Pick<ResourceType<S>, 'type' | 'properties'>,
  ): Resource<InferType<S>>[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
}

const refuseUnknown = (logicalId: string, resource: TemplateResource, types: Types): void => {
  const known = types.get(resource.Type);
  if (!known) throw new UnknownResourceType(logicalId, resource.Type);
  if ('reason' in known) return;
  for (const property of Object.keys(resource.Properties)) {
    if (!Object.hasOwn(known.properties.fields, property) && !Object.hasOwn(known.ignored, property)) {
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
  const honoured = Object.entries(resource.Properties).filter(([property]) => property in schema.fields);
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
 * Reads `template`; a resource's physical name is its logical ID.
 * Throws {@link UnknownResourceType}, {@link UnknownProperty} or UnknownIntrinsic, by name: nothing is skipped.
 * @param known the types that the template may hold
 */
export const readResources = (
  template: Template,
  known: readonly (ResourceType | IgnoredType)[],
  stack: StackNames,
): Resources => {
  const types: Types = new Map(known.map((each) => [each.type, each]));
  const resources = Object.entries(template.Resources);
  for (const [logicalId, resource] of resources) refuseUnknown(logicalId, resource, types);
  const names = namesOf(template, types, stack);
  return {
    of: <S extends ObjectSchema<object>>({
      type,
      properties,
    }: Pick<ResourceType<S>, 'type' | 'properties'>) =>
      resources
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, resource]) => ({
          logicalId,
          properties: honouredOf(logicalId, resource, properties, names) as InferType<S>,
          metadata: resource.Metadata ?? {},
        })),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs).map(([name, output]) => [
        name,
        String(resolve(output.Value, names, `Outputs.${name}`)),
      ]),
    ),
  };
};
