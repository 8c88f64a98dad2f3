import { type InferType, type ObjectSchema, ValidationError } from 'yup';
import { ACCOUNT, REGION } from './arn.ts';
import { UnsupportedTemplate } from './errors.ts';
import { type Names, resolve } from './intrinsics.ts';
import type { Template, TemplateResource } from './parse-template.ts';

/** A resource with its properties resolved and checked. */
export interface Resource<Properties> {
  readonly logicalId: string;
  readonly properties: Properties;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The values that the names of resources depend on. */
export interface StackNames {
  /** The URL of the local AWS endpoint. */
  readonly endpoint: string;
  /** The public URL of the HTTP API, without a path. */
  readonly httpApi: string;
  readonly stackName: string;
}

/** The value of `Ref`, and the values of `Fn::GetAtt` by attribute. */
type Identity = Readonly<Record<string, string>> & { readonly Ref: string };
type Identify = (logicalId: string, stack: StackNames) => Identity;

/** A resource type that the local runtime runs. */
export interface ResourceType<Schema extends ObjectSchema<object> = ObjectSchema<object>> {
  readonly type: string;
  /** The properties that take effect. */
  readonly properties: Schema;
  /** The properties that have no effect on one machine, each with the reason. */
  readonly ignored: Readonly<Record<string, string>>;
  /** `undefined` if a template cannot refer to resources of this type. */
  readonly identity?: Identify;
}

/** A resource type that has no effect on one machine. */
export interface IgnoredType {
  readonly type: string;
  readonly reason: string;
  readonly identity?: Identify;
}

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

/** A template that the local runtime supports, with its values resolved. */
export interface Resources {
  /** Returns the resources of a type. Its schema checks and types their properties. */
  of<S extends ObjectSchema<object>>(
    type: Pick<ResourceType<S>, 'type' | 'properties'>,
  ): Resource<InferType<S>>[];
  readonly outputs: Readonly<Record<string, string>>;
}

const rejectUnknown = (logicalId: string, resource: TemplateResource, types: Types): void => {
  const known = types.get(resource.Type);
  if (!known) throw new UnsupportedTemplate(`resource type ${resource.Type}`, logicalId);
  if ('reason' in known) return;
  for (const property of Object.keys(resource.Properties)) {
    if (!Object.hasOwn(known.properties.fields, property) && !Object.hasOwn(known.ignored, property)) {
      throw new UnsupportedTemplate(`property ${property}`, logicalId);
    }
  }
};

const parseProperties = (
  logicalId: string,
  resource: TemplateResource,
  schema: ObjectSchema<object>,
  names: Names,
): object => {
  const used = Object.entries(resource.Properties).filter(([property]) => property in schema.fields);
  const resolved = resolve(Object.fromEntries(used), names, logicalId);
  try {
    // A strict check first, since a cast drops unknown nested properties. Then a cast, since only a cast sets defaults.
    schema.validateSync(resolved, { strict: true });
    return schema.cast(resolved);
  } catch (error: unknown) {
    if (!(error instanceof ValidationError)) throw error;
    throw new UnsupportedTemplate(`this value of property ${error.path}: ${error.message}`, logicalId);
  }
};

/**
 * Reads `template`. The physical name of a resource is its logical ID. Throws {@link UnsupportedTemplate}.
 * @param known the types that the template may hold
 */
export const readResources = (
  template: Template,
  known: readonly (ResourceType | IgnoredType)[],
  stack: StackNames,
): Resources => {
  const types: Types = new Map(known.map((each) => [each.type, each]));
  const resources = Object.entries(template.Resources);
  for (const [logicalId, resource] of resources) rejectUnknown(logicalId, resource, types);
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
          properties: parseProperties(logicalId, resource, properties, names) as InferType<S>,
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
