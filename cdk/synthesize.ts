import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { OuraSyncStack } from './oura-sync-stack.ts';
import { readSettings, settingsInContext } from './settings.ts';
import type { Template } from './template.ts';

/** The `context` of cdk.json: CDK's feature flags, and our settings where somebody put them there. */
export const projectContext = (): Record<string, unknown> => {
  const file: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8'));
  return { ...(file as { context: Record<string, unknown> }).context };
};

/**
 * The template that `cdk synth` makes, without its command line, network or bundling: feature flags and settings of
 * cdk.json, `given` over them. Only the code's asset hashes differ. Throws SettingsInvalid for an unusable setting.
 */
export const synthesize = (given: Record<string, unknown> = {}): Template => {
  const context = projectContext();
  const settings = readSettings({ ...settingsInContext(context), ...given });
  const outdir = mkdtempSync(join(tmpdir(), 'oura-sync-'));
  try {
    const app = new App({
      outdir,
      context: { ...context, 'aws:cdk:bundling-stacks': [] },
      // Validated by `cdk synth`: it would take a second and 250 MB at every start.
      builtinCloudFormationValidation: false,
      analyticsReporting: false,
      treeMetadata: false,
    });
    const { artifactId } = new OuraSyncStack(app, settings.stackName, { settings });
    return app.synth().getStackArtifact(artifactId).template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};
