import type { Template, TemplateResource } from '../../cdk/template.ts';

/** An IAM statement in a template. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** The parts of a state that the tests check. */
export type State = Readonly<Record<string, unknown>>;

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** The resource `id`. Throws if the template has none, because a test of a missing resource must not pass. */
export const resource = (template: Template, id: string): TemplateResource => {
  const found = template.Resources[id];
  if (found === undefined) throw new Error(`The template has no resource ${id}`);
  return found;
};

/** Every resource of `type`, by logical ID. */
export const resourcesOf = (template: Template, type: string): [string, TemplateResource][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

/** The first resource of `type` with properties that `matches` accepts. Throws if there is none. */
export const find = (
  template: Template,
  type: string,
  matches: (properties: Readonly<Record<string, unknown>>) => boolean,
): TemplateResource => {
  const found = resourcesOf(template, type).find(([, { Properties }]) => matches(Properties));
  if (found === undefined) throw new Error(`The template has no such ${type}`);
  return found[1];
};

/** Whether two parts of a template are equal. */
export const same = (left: unknown, right: unknown): boolean =>
  JSON.stringify(left) === JSON.stringify(right);

const statementsIn = (document: unknown): Statement[] => (document as { Statement: Statement[] }).Statement;

/** Every statement of the role `roleId`, from its inline and its attached policies. */
export const statementsOfRole = (template: Template, roleId: string): Statement[] => {
  const inline = (resource(template, roleId).Properties['Policies'] ?? []) as { PolicyDocument: unknown }[];
  const attached = resourcesOf(template, 'AWS::IAM::Policy')
    .map(([, { Properties }]) => Properties)
    .filter(({ Roles }) => (Roles as unknown[]).some((role) => same(role, { Ref: roleId })));
  return [
    ...inline.flatMap(({ PolicyDocument }) => statementsIn(PolicyDocument)),
    ...attached.flatMap(({ PolicyDocument }) => statementsIn(PolicyDocument)),
  ];
};

/** The logical ID of the role in `property` of the resource `id`. */
export const roleOf = (template: Template, id: string, property = 'Role'): string => {
  const role = resource(template, id).Properties[property] as { 'Fn::GetAtt': [string, string] };
  return role['Fn::GetAtt'][0];
};

/** Every statement of the function `id`. */
export const statementsOf = (template: Template, id: string): Statement[] =>
  statementsOfRole(template, roleOf(template, id));

/** What the function `id` may do on `target`, in alphabetical order. */
export const actionsOn = (template: Template, id: string, target: unknown): string[] =>
  statementsOf(template, id)
    .filter(({ Resource }) => same(Resource, target))
    .flatMap(({ Action }) => Action)
    .sort();

/** The text of an `Fn::Join`, with `named` in each place that AWS fills in. */
export const joined = (value: unknown, named: (intrinsic: Record<string, unknown>) => string): string => {
  const [separator, parts] = (value as { 'Fn::Join': [string, (string | Record<string, unknown>)[]] })[
    'Fn::Join'
  ];
  return parts.map((part) => (typeof part === 'string' ? part : named(part))).join(separator);
};

/** The definition of the state machine, with an example ARN for each function. */
export const definitionOf = (template: Template): Definition =>
  JSON.parse(
    joined(resource(template, 'SyncRun').Properties['DefinitionString'], (intrinsic) =>
      same(intrinsic, { Ref: 'AWS::Partition' })
        ? 'aws'
        : `arn:aws:lambda:us-east-1:123456789012:function:${(intrinsic as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]}`,
    ),
  ) as Definition;

/** The state `name`. Throws if the definition has none. */
export const stateOf = (definition: Definition, name: string): State => {
  const state = definition.States[name];
  if (state === undefined) throw new Error(`The definition has no state ${name}`);
  return state;
};
