import { mixed, object, string } from 'yup';
import type { Settings } from '../../../cdk/settings.ts';
import type { Template, TemplateResource } from '../../../cdk/template.ts';

export type { Template, TemplateResource, TemplateValue } from '../../../cdk/template.ts';

const anything = () => mixed().nullable();
const byName = () =>
  mixed<Record<string, unknown>>((value): value is Record<string, unknown> => isRecord(value));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sections and attributes that would change what is built (Conditions, Mappings, Transform ...) are refused by name. */
const templateSchema = object({
  AWSTemplateFormatVersion: string(),
  Description: string(),
  Metadata: anything(),
  Parameters: byName(),
  /** CDK's check of the bootstrap version at deployment. */
  Rules: anything(),
  Resources: byName().required(),
  Outputs: byName(),
})
  .noUnknown()
  .strict();

const resourceSchema = object({
  Type: string().required(),
  Properties: byName(),
  Metadata: byName(),
  /** The order of creation matters to CloudFormation only: here every resource exists before anything runs. */
  DependsOn: anything(),
  DeletionPolicy: string(),
  UpdateReplacePolicy: string(),
})
  .noUnknown()
  .strict();

/** `data` as a template. Throws yup's ValidationError, which names the section or attribute, where it is none of ours. */
export const parseTemplate = (data: unknown): Template => {
  const template = templateSchema.validateSync(data);
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => {
    const parsed = resourceSchema.label(logicalId).validateSync(resource);
    return [logicalId, { ...parsed, Properties: parsed.Properties ?? {} } as TemplateResource] as const;
  });
  return { Outputs: {}, ...template, Resources: Object.fromEntries(resources) } as Template;
};

/**
 * The template that `cdk deploy` would deploy with `settings`, synthesized in this process in some 30 ms. The CDK is
 * imported only here: loading it takes 300 ms and 75 MB, which a command that talks to a running process need not spend.
 */
export const synthesize = async (settings: Settings): Promise<Template> => {
  const stack = await import('../../../cdk/synthesize.ts');
  return parseTemplate(stack.synthesize(settings));
};
