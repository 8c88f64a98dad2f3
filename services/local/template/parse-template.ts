import { mixed, object, string } from 'yup';
import type { Settings } from '../../../cdk/settings.ts';
import type { Template, TemplateResource } from '../../../cdk/template.ts';

export type { Template, TemplateResource, TemplateValue } from '../../../cdk/template.ts';

const anything = () => mixed().nullable();
const byName = () =>
  mixed<Record<string, unknown>>((value): value is Record<string, unknown> => isRecord(value));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Rejects sections that change the resources, such as Conditions, Mappings and Transform. */
const templateSchema = object({
  AWSTemplateFormatVersion: string(),
  Description: string(),
  Metadata: anything(),
  Parameters: byName(),
  /** The CDK checks the bootstrap version here. It matters at deployment only. */
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
  /** Ignored: all resources exist before the first one starts. */
  DependsOn: anything(),
  DeletionPolicy: string(),
  UpdateReplacePolicy: string(),
})
  .noUnknown()
  .strict();

/** Parses a template. Throws a ValidationError that names an unknown section or attribute. */
export const parseTemplate = (data: unknown): Template => {
  const template = templateSchema.validateSync(data);
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => {
    const parsed = resourceSchema.label(logicalId).validateSync(resource);
    return [logicalId, { ...parsed, Properties: parsed.Properties ?? {} } as TemplateResource] as const;
  });
  return { Outputs: {}, ...template, Resources: Object.fromEntries(resources) } as Template;
};

/** Synthesizes the template that `cdk deploy` would deploy with `settings`. Imports the CDK only here. */
export const synthesize = async (settings: Settings): Promise<Template> => {
  const stack = await import('../../../cdk/synthesize.ts');
  return parseTemplate(stack.synthesize(settings));
};
