import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { mixed, object, string } from 'yup';
import { OuraSyncStack } from '../../cdk/oura-sync-stack.ts';
import type { Settings } from '../../cdk/settings.ts';

/** A value of the template before its intrinsics are resolved. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, TemplateValue>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** A CloudFormation template, as far as one machine reads it. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: TemplateValue }>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: TemplateValue }>>;
}

const anything = () => mixed().nullable();
const byName = () => mixed<Record<string, unknown>>((value): value is Record<string, unknown> => isRecord(value));
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
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    resourceSchema.label(logicalId).validateSync(resource);
  }
  return template as unknown as Template;
};

/**
 * The template that `cdk deploy` would deploy with `settings`, synthesized in this process in some 30 ms.
 * No bundling: handlers run from their sources. CDK's template validation stays off: it costs a second and 250 MB
 * at every start, and `npm run synth` has it on.
 */
export const synthesize = (settings: Settings): Template => {
  const outdir = mkdtempSync(join(tmpdir(), 'oura-sync-'));
  try {
    const app = new App({
      outdir,
      context: { 'aws:cdk:bundling-stacks': [] },
      analyticsReporting: false,
      treeMetadata: false,
      builtinCloudFormationValidation: false,
    });
    new OuraSyncStack(app, settings.stackName, { settings });
    return parseTemplate(app.synth().getStackByName(settings.stackName).template);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};
